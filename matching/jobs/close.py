"""Closing help requests whose mentorship is over, and withdrawing those whose goal is not active any more."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from accounts.sweep import each_due
from matching.locks import lock_live_matches, try_lock_request
from matching.models import HelpRequest, Match
from matching.moves import end_live_match
from matching.pair_moves import end_pair_of
from mentorship.models import Goal, Mentorship


def close_ended(*, now: datetime) -> int:
    """Close matched requests whose mentorship is over. Return how many."""
    return each_due(_ended(), lambda request_id: _close(request_id, now=now))


@transaction.atomic
def _close(request_id: int, *, now: datetime) -> bool:
    request = try_lock_request(_ended(), request_id)
    if request is None:
        return False
    request.move_to(HelpRequest.Status.CLOSED, at=now)
    return True


def _ended() -> QuerySet[HelpRequest]:
    ended = Match.objects.filter(status=Match.Status.ACCEPTED, mentorship__status__in=Mentorship.OVER)
    matched = HelpRequest.objects.filter(status=HelpRequest.Status.MATCHED, pk__in=ended.values("help_request"))
    return matched.order_by("pk")


def withdraw_without_goal(*, now: datetime) -> int:
    """Withdraw open requests whose goal was reached or dropped. Return how many.

    Mentors who were asked or had offered are notified, as if the mentee had withdrawn the request.
    """
    return each_due(_without_goal(), lambda request_id: _withdraw(request_id, now=now))


@transaction.atomic
def _withdraw(request_id: int, *, now: datetime) -> bool:
    request = try_lock_request(_without_goal(), request_id)
    if request is None:
        return False
    matches = lock_live_matches(request)
    request.move_to(HelpRequest.Status.WITHDRAWN, at=now)
    for match in matches:
        end_live_match(match, Match.Status.WITHDRAWN, tell_mentor="match_withdrawn", at=now)
    end_pair_of(request, at=now)
    return True


def _without_goal() -> QuerySet[HelpRequest]:
    opened = HelpRequest.objects.filter(status=HelpRequest.Status.OPEN)
    return opened.exclude(goal__status=Goal.Status.ACTIVE).order_by("opened_at", "pk")
