"""Saying that a request still stands."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.models import User
from matching.exceptions import HelpRequestNotOpen
from matching.models import HelpRequest
from matching.services.moving import lock_request, look_for_more, must_be_mentee


@transaction.atomic
def renew_help_request(*, help_request_id: int, by: User, now: datetime) -> HelpRequest:
    """Note that the mentee still looks, and have mentors looked for once more.

    Raises NotYourTurn for anybody but the mentee, HelpRequestNotOpen.
    """
    request = lock_request(help_request_id)
    must_be_mentee(request, by)
    if request.status != HelpRequest.Status.OPEN:
        raise HelpRequestNotOpen(f"This help request is {request.status}. Submit a new one to look for mentors again.")
    request.renewed_at, request.still_looking_at = now, None
    request.save(update_fields=["renewed_at", "still_looking_at"])
    look_for_more(request, now)
    return request
