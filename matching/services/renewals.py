"""Saying that a request still stands."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.doorbell import ring_after_commit
from accounts.models import User
from matching.exceptions import HelpRequestNotOpen, NotYourTurn
from matching.models import HelpRequest
from matching.tasks import propose_matches


@transaction.atomic
def renew_help_request(*, help_request_id: int, by: User, now: datetime) -> HelpRequest:
    """Note that the mentee still looks, and have mentors looked for once more.

    Raises NotYourTurn for anybody but the mentee, HelpRequestNotOpen.
    """
    request = HelpRequest.objects.select_for_update(of=("self",), no_key=True).get(pk=help_request_id)
    if by.pk != request.mentee_id:
        raise NotYourTurn("Only the mentee of this help request can renew it.")
    if request.status != HelpRequest.Status.OPEN:
        raise HelpRequestNotOpen(f"This help request is {request.status}. Submit a new one to look for mentors again.")
    request.renewed_at, request.still_looking_at, request.mentors_due_at = now, None, now
    request.save(update_fields=["renewed_at", "still_looking_at", "mentors_due_at"])
    ring_after_commit(propose_matches, request.pk)
    return request
