"""Asking whether an old request still stands, and expiring it without an answer."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from accounts.community_settings import days_of
from accounts.sweep import each_due
from matching.locks import lock_live_matches, try_lock_request
from matching.models import HelpRequest, Match
from matching.moves import end_live_match, tell_mentee
from matching.selectors.limits import abandoned, long_open


def ask_still_looking(*, now: datetime) -> int:
    """Ask the mentees of requests that have been open for long. Return how many."""
    return each_due(_long_open(now), lambda request_id: _ask(request_id, now=now))


def expire_abandoned(*, now: datetime) -> int:
    """Expire requests whose mentee did not answer in time. Return how many."""
    return each_due(_abandoned(now), lambda request_id: expire_request(help_request_id=request_id, now=now))


@transaction.atomic
def _ask(request_id: int, *, now: datetime) -> bool:
    request = try_lock_request(_long_open(now), request_id)
    if request is None:
        return False
    request.still_looking_at = now
    request.save(update_fields=["still_looking_at"])
    tell_mentee(request, "still_looking", since=now, now=now)
    return True


@transaction.atomic
def expire_request(*, help_request_id: int, now: datetime) -> bool:
    """Expire one request if its mentee did not answer and it is not locked. Return whether it was done.

    A request with an offer that waits does not expire: the offer has its own deadline.
    """
    request = try_lock_request(_abandoned(now), help_request_id)
    # Read again under the lock: an offer may have come after the row was chosen.
    if request is None or request.matches.filter(status=Match.Status.OFFERED).exists():
        return False
    # Moved before the messages are written: they are about an expired request.
    request.move_to(HelpRequest.Status.EXPIRED, at=now)
    for match in lock_live_matches(request):
        end_live_match(match, Match.Status.WITHDRAWN, tell_mentor="help_request_expired_mentor", at=now)
    tell_mentee(request, "help_request_expired", since=now, now=now)
    return True


def _long_open(now: datetime) -> QuerySet[HelpRequest]:
    return long_open(after=days_of("still_looking_days"), now=now)


def _abandoned(now: datetime) -> QuerySet[HelpRequest]:
    return abandoned(after=days_of("still_looking_grace_days"), now=now)
