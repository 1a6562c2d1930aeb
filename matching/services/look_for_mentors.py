"""Starting a search for mentors, by an admin or as part of another move."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from accounts.doorbell import ring_after_commit
from matching.models import HelpRequest
from matching.moves import make_due
from matching.tasks import propose_due, propose_matches


@transaction.atomic
def look_for_mentors(*, help_request_ids: Sequence[int], now: datetime) -> int:
    """Start a search for the open requests among these. Return how many are open."""
    opened = HelpRequest.objects.filter(pk__in=help_request_ids, status=HelpRequest.Status.OPEN)
    count = opened.update(mentors_due_at=now)
    ring_after_commit(propose_due)
    return count


def look_for_more(request: HelpRequest, now: datetime) -> None:
    """Start a search after the commit, if the locked request is open."""
    if make_due(request, now=now):
        ring_after_commit(propose_matches, request.pk)
