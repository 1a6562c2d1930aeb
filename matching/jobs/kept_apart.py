"""Withdrawing questions and offers between people who may no longer be matched."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.sweep import each_due
from matching.locks import try_lock_match, try_lock_request
from matching.models import Match
from matching.moves import make_due, move_match, tell
from matching.selectors.kept_apart import kept_apart_matches, requests_with_blocked_proposals


def end_kept_apart(*, now: datetime) -> int:
    """Withdraw questions and offers that may not be accepted any more. Return how many.

    The mentor is suspended, the two are kept apart, or the account of one of them is deactivated. Another mentor is
    looked for as well where one of the two of a proposal blocked the other.
    """
    each_due(requests_with_blocked_proposals(), lambda request_id: _look_again(request_id, now=now))
    return each_due(kept_apart_matches(), lambda match_id: _end(match_id, now=now))


@transaction.atomic
def _look_again(request_id: int, *, now: datetime) -> bool:
    request = try_lock_request(requests_with_blocked_proposals(), request_id)
    return request is not None and make_due(request, now=now)


@transaction.atomic
def _end(match_id: int, *, now: datetime) -> bool:
    match = try_lock_match(kept_apart_matches(), match_id)
    if match is None:
        return False
    move_match(match, Match.Status.WITHDRAWN, at=now)
    make_due(match.help_request, now=now)
    if match.help_request.mentee.is_active:
        # The mail says "cannot help this time": true, without naming a block or suspension. The mentor is not notified.
        tell(match.help_request.mentee, "match_declined", match, now)
    else:
        tell(match.mentor.user, "match_withdrawn", match, now)
    return True
