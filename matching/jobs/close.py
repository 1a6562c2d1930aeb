"""Closing help requests whose mentorship is over, and withdrawing those whose goal is not active any more."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from accounts.sweep import each_due
from matching.locks import lock_live_matches, try_lock_request, try_lock_requests
from matching.models import HelpRequest, Match
from matching.moves import end_live_match
from mentorship.models import Goal, Mentorship

BATCH = 500


@transaction.atomic
def close_ended(*, now: datetime) -> int:
    """Close up to BATCH unlocked requests whose mentorship is over. Return how many."""
    ended = Match.objects.filter(status=Match.Status.ACCEPTED, mentorship__status__in=Mentorship.OVER)
    matched = HelpRequest.objects.filter(status=HelpRequest.Status.MATCHED, pk__in=ended.values("help_request"))
    locked = try_lock_requests(matched.order_by("pk"), count=BATCH)
    return locked.update(status=HelpRequest.Status.CLOSED, closed_at=now)


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
    return True


def _without_goal() -> QuerySet[HelpRequest]:
    opened = HelpRequest.objects.filter(status=HelpRequest.Status.OPEN)
    return opened.exclude(goal__status=Goal.Status.ACTIVE).order_by("opened_at", "pk")
