"""Withdrawing questions that did not come to their mentors."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.sweep import each_due
from matching.locks import try_lock_match
from matching.models import Match
from matching.moves import make_due, move_match, tell
from matching.selectors.reach import undelivered_questions


def end_undelivered(*, now: datetime) -> int:
    """Withdraw questions of which their mentors do not know, and look for others. Return how many."""
    return each_due(undelivered_questions(now=now), lambda match_id: _end(match_id, now=now))


@transaction.atomic
def _end(match_id: int, *, now: datetime) -> bool:
    match = try_lock_match(undelivered_questions(now=now), match_id)
    if match is None:
        return False
    move_match(match, Match.Status.WITHDRAWN, at=now)
    make_due(match.help_request, now=now)
    tell(match.help_request.mentee, "match_undelivered", match, now)
    return True
