"""Hours of the coming week in which two people both have time, by their weekly availability and its exceptions by date.

Two who only consider a mentorship read them, so neither bookings nor the own calendar of a person are looked at.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import prefetch_related_objects

from accounts.clock import Clock, is_one_clock
from accounts.models import Profile
from accounts.week import joined, start_of
from mentorship.selectors.free_time import OF_THE_WEEK, clock_of, free_quarters_of

DAYS_AHEAD = 7
HOUR = timedelta(hours=1)
# Calls start at full and half hours.
GRID = timedelta(minutes=30)
# Both have to read of it and to agree.
NOTICE = timedelta(hours=12)


@dataclass(frozen=True, slots=True, kw_only=True)
class CommonHours:
    """``starts_at`` are the first hours in common, one a day if possible. ``stated``: both stated their weekly time."""

    starts_at: list[datetime]
    stated: bool
    mine: Clock
    theirs: Clock

    @property
    def is_one_clock(self) -> bool:
        return is_one_clock(self.starts_at, self.mine, self.theirs)


def common_hours(mine: Profile, theirs: Profile, *, now: datetime, count: int = 3) -> CommonHours:
    """Return ``count`` hours at most in the DAYS_AHEAD days from ``now`` on. Two queries."""
    prefetch_related_objects([mine, theirs], *OF_THE_WEEK)
    free = [_free(profile, now=now) for profile in (mine, theirs)]
    spans = joined((quarter, quarter + 1) for quarter in free[0] & free[1])
    hours = sorted(hour for first, last in spans for hour in _hours(start_of(first), start_of(last), now=now))
    return CommonHours(
        starts_at=_spread(hours, clock_of(mine), count),
        stated=bool(mine.windows and theirs.windows),
        mine=clock_of(mine),
        # A journey is nobody's business before both have agreed to work together.
        theirs=Clock(theirs.zone),
    )


def _free(profile: Profile, *, now: datetime) -> set[int]:
    """Return the free quarter-hours from yesterday on. Another zone may have begun the day earlier or later."""
    today = now.astimezone(profile.zone).date()
    return free_quarters_of(profile, today - timedelta(days=1), today + timedelta(days=DAYS_AHEAD + 1))


def _hours(first: datetime, last: datetime, *, now: datetime) -> Iterator[datetime]:
    """Yield the starts of whole hours between two times and within the coming days."""
    start, end = max(first, now + NOTICE), min(last, now + timedelta(days=DAYS_AHEAD))
    start += -(start - start_of(0)) % GRID
    while start + HOUR <= end:
        yield start
        start += HOUR


def _spread(hours: Iterable[datetime], clock: Clock, count: int) -> list[datetime]:
    """Return the first hour of each day, and more of the same days if the days are too few."""
    first: dict[date, datetime] = {}
    later = []
    for start in hours:
        if first.setdefault(clock.local(start).date(), start) != start:
            later.append(start)
    # An hour that overlaps one that is named already says nothing new.
    chosen = list(first.values())[:count]
    for start in later:
        if len(chosen) < count and all(abs(start - other) >= HOUR for other in chosen):
            chosen.append(start)
    return sorted(chosen)
