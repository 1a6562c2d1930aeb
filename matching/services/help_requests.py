"""Drafting and submitting a help request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.doorbell import ring_after_commit
from accounts.models import Profile, User
from matching.exceptions import HelpRequestNotADraft, TooManyOpenHelpRequests
from matching.models import HelpRequest
from matching.tasks import propose_due, propose_matches

OPEN_MAX = 3


def create_draft(*, mentee: User, fields: Mapping[str, Any]) -> HelpRequest:
    """Store a help request that nobody else sees yet."""
    return HelpRequest.objects.create(mentee=mentee, **fields)


@transaction.atomic
def update_draft(*, help_request_id: int, changes: Mapping[str, Any]) -> HelpRequest:
    """Change a draft. Raises HelpRequestNotADraft once it is submitted: mentors may have read it."""
    draft = _lock(help_request_id)
    if draft.status != HelpRequest.Status.DRAFT:
        raise HelpRequestNotADraft("This help request is submitted. Withdraw it and write a new one to change it.")
    for name, value in changes.items():
        setattr(draft, name, value)
    draft.save()
    return draft


@transaction.atomic
def submit_help_request(*, help_request_id: int, now: datetime) -> HelpRequest:
    """Open a drafted help request and have mentors proposed once it is committed.

    Raises TooManyOpenHelpRequests at the mentee's limit, MoveNotAllowed if it is not a draft.
    """
    request = _lock(help_request_id)
    # The mentee's profile stands for the mentee: two submissions at once must count one after the other.
    Profile.objects.select_for_update(no_key=True).get(user=request.mentee_id)
    is_open = HelpRequest.objects.filter(mentee=request.mentee_id, status=HelpRequest.Status.OPEN)
    if request.status == HelpRequest.Status.DRAFT and is_open.count() >= OPEN_MAX:
        raise TooManyOpenHelpRequests(
            f"You have {OPEN_MAX} open help requests. Withdraw one, or wait until one is matched."
        )
    request.move_to(HelpRequest.Status.OPEN, at=now)
    ring_after_commit(propose_matches, request.pk)
    return request


@transaction.atomic
def look_for_mentors(*, help_request_ids: Sequence[int], now: datetime) -> int:
    """Have mentors looked for now, for those that are open, and return how many are."""
    opened = HelpRequest.objects.filter(pk__in=help_request_ids, status=HelpRequest.Status.OPEN)
    count = opened.update(mentors_due_at=now)
    ring_after_commit(propose_due)
    return count


def _lock(help_request_id: int) -> HelpRequest:
    requests = HelpRequest.objects.select_for_update(of=("self",), no_key=True)
    return requests.select_related("goal", "session_kind").get(pk=help_request_id)
