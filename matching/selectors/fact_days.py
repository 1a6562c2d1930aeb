"""The days on which facts about mentors begin and cease to count."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

from django.db.models import Q

from accounts.models import Absence
from accounts.week import monday_of
from mentorship.models import OutcomeQuestion, Session
from mentorship.models.outcome import ANSWER_WITHIN

# Availability is judged for so many days from today (UTC) on. A weekday counts if the mentor is there on one of them.
DAYS_AHEAD = 14


def day_of(now: datetime) -> date:
    """Return the day in UTC."""
    return now.astimezone(UTC).date()


def week_of(now: datetime) -> date:
    """Return the Monday of the week in UTC. Availability is read with the clock changes of the current week."""
    return monday_of(day_of(now))


def away_between(first: date, last: date) -> set[int]:
    """Return the users with an absence that has a day between ``first`` and ``last``, or within DAYS_AHEAD of it."""
    near = Absence.objects.filter(until_on__gte=first, from_on__lte=last + timedelta(days=DAYS_AHEAD))
    return set(near.values_list("profile__user_id", flat=True))


def month_of(day: date) -> tuple[datetime, datetime]:
    """Return the start of the month in UTC, and that of the next one. The hours of mentors count by months."""
    first = datetime(day.year, day.month, 1, tzinfo=UTC)
    return first, (first + timedelta(days=31)).replace(day=1)


def booked_in(days: Iterable[date]) -> set[int]:
    """Return the users who mentor in a session that is held or to come in the month of one of ``days``."""
    months = Q()
    for start, end in map(month_of, days):
        months |= Q(starts_at__gte=start, starts_at__lt=end)
    counted = Session.objects.filter(months, status__in=[Session.Status.CONFIRMED, Session.Status.HELD])
    return set(counted.values_list("mentorship__mentor__user_id", flat=True))


def asked_before(day: date) -> datetime:
    """Return the moment from which on a question about an outcome is too young to count on ``day``.

    Before ANSWER_WITHIN silence is no answer yet, and a rating may be sealed. A day begins in UTC.
    """
    return datetime(day.year, day.month, day.day, tzinfo=UTC) - ANSWER_WITHIN


def with_outcomes_between(first: date, last: date) -> set[int]:
    """Return the users who mentored where a question about the outcome counts on ``last``, and not yet on ``first``."""
    opened = OutcomeQuestion.objects.filter(asked_at__gte=asked_before(first), asked_at__lt=asked_before(last))
    return set(opened.values_list("mentorship__mentor__user_id", flat=True))
