"""Ending what waits between two who may not be matched any more: nobody could say yes to it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.notifications.write import notify
from accounts.sweep import each_due
from matching.models import HelpRequest, Match
from matching.selectors.kept_apart import is_kept_apart, kept_apart_matches


def end_kept_apart(*, now: datetime) -> int:
    """Withdraw what waits for a mentor who is suspended, or kept apart from the mentee; return how many.

    A row that somebody holds is left to the next sweep.
    """
    return each_due(kept_apart_matches(), lambda match_id: _end(match_id, now=now))


@transaction.atomic
def _end(match_id: int, *, now: datetime) -> bool:
    request = (
        HelpRequest.objects.select_for_update(skip_locked=True, of=("self",), no_key=True)
        .select_related("mentee")
        .filter(pk__in=Match.objects.filter(pk=match_id).values("help_request"))
        .first()
    )
    match = (
        Match.objects.select_for_update(skip_locked=True, of=("self",), no_key=True)
        .filter(pk=match_id, status__in=Match.WAITING)
        .first()
    )
    if request is None or match is None or not is_kept_apart(match):
        return False
    match.move_to(Match.Status.WITHDRAWN, at=now)
    if request.status == HelpRequest.Status.OPEN:
        request.mentors_due_at = now
        request.save(update_fields=["mentors_due_at"])
    # "Cannot help this time" is true, and tells of no block and no suspension. The mentor is told nothing.
    uuid = str(match.uuid)
    notify(recipient=request.mentee, kind="match_declined", key=uuid, payload={"match": uuid}, now=now)
    return True
