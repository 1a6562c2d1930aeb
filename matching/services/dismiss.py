"""Dismissing a proposed mentor."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.models import User
from matching.locks import lock_match
from matching.models import Match
from matching.moves import move_match
from matching.services.checks import must_be_mentee, must_be_open, must_not_be_done
from matching.services.look_for_mentors import look_for_more
from matching.services.renew import renew_if_asked


@transaction.atomic
def dismiss_match(*, match_id: int, by: User, reason: str, now: datetime) -> Match:
    """Dismiss a proposed mentor with a reason. They are not proposed again, and another mentor is looked for.

    The mentor is not notified. Raises NotYourTurn, AlreadyDone, SuggestionGone, HelpRequestNotOpen, MoveNotAllowed.
    """
    match = lock_match(match_id)
    must_be_mentee(match.help_request, by)
    must_not_be_done(match, Match.Status.DISMISSED, by=by)
    must_be_open(match.help_request)
    match.dismiss_reason = reason
    move_match(match, Match.Status.DISMISSED, at=now)
    renew_if_asked(match.help_request, now)
    look_for_more(match.help_request, now)
    return match
