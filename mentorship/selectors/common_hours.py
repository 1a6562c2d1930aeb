"""Hours of the coming week in which two people both have time, by their weekly availability less their absences."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import prefetch_related_objects

from accounts.models import Profile

DAYS_AHEAD = 7
HOUR = timedelta(hours=1)
# Calls start at full and half hours.
GRID = timedelta(minutes=30)
# Both have to read of it and to agree.
NOTICE = timedelta(hours=12)

Interval = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class CommonHours:
    """``starts_at`` are the first hours in common, one a day if possible. ``stated``: both stated their weekly time."""

    starts_at: list[datetime]
    stated: bool
    mine: ZoneInfo
    theirs: ZoneInfo

    @property
    def is_one_clock(self) -> bool:
        """Whether both clocks show the same at all these times."""
        return all(
            at.astimezone(self.mine).utcoffset() == at.astimezone(self.theirs).utcoffset() for at in self.starts_at
        )


def common_hours(mine: Profile, theirs: Profile, *, now: datetime, count: int = 3) -> CommonHours:
    """Return ``count`` hours at most in the DAYS_AHEAD days from ``now`` on. Two queries."""
    prefetch_related_objects([mine, theirs], "availability", "absences")
    free = [_merged(_free(profile, now=now)) for profile in (mine, theirs)]
    hours = sorted({start for one in free[0] for other in free[1] for start in _hours(one, other, now=now)})
    return CommonHours(
        starts_at=_spread(hours, mine.zone, count),
        stated=all(profile.availability.all() for profile in (mine, theirs)),
        mine=mine.zone,
        theirs=theirs.zone,
    )


def _free(profile: Profile, *, now: datetime) -> Iterator[Interval]:
    """Yield the windows of a person from yesterday on, in UTC. Another zone may have begun the day earlier or later."""
    zone = profile.zone
    today = now.astimezone(zone).date()
    away = [(absence.from_on, absence.until_on) for absence in profile.absences.all()]
    for number in range(-1, DAYS_AHEAD + 2):
        day = today + timedelta(days=number)
        if any(first <= day <= last for first, last in away):
            continue
        for window in profile.availability.all():
            if window.weekday == day.isoweekday():
                yield _at(day, window.start_minute, zone), _at(day, window.end_minute, zone)


def _merged(intervals: Iterable[Interval]) -> list[Interval]:
    """Join intervals that touch, as the two parts of a window around midnight do."""
    merged: list[Interval] = []
    for start, end in sorted(intervals):
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(merged[-1][1], end)
        else:
            merged.append((start, end))
    return merged


def _at(day: date, minute: int, zone: ZoneInfo) -> datetime:
    """Return the time of a local clock in UTC. Minute 1440 is midnight at the end of the day."""
    days, minute = divmod(minute, 24 * 60)
    local = datetime.combine(day + timedelta(days=days), time(minute // 60, minute % 60), tzinfo=zone)
    return local.astimezone(UTC)


def _hours(one: Interval, other: Interval, *, now: datetime) -> Iterator[datetime]:
    """Yield the starts of whole hours within both intervals and within the coming days."""
    start = max(one[0], other[0], now + NOTICE)
    end = min(one[1], other[1], now + timedelta(days=DAYS_AHEAD))
    start += -(start - datetime(2000, 1, 1, tzinfo=UTC)) % GRID
    while start + HOUR <= end:
        yield start
        start += HOUR


def _spread(hours: Iterable[datetime], zone: ZoneInfo, count: int) -> list[datetime]:
    """Return the first hour of each day, and more of the same days if the days are too few."""
    first: dict[date, datetime] = {}
    later = []
    for start in hours:
        if first.setdefault(start.astimezone(zone).date(), start) != start:
            later.append(start)
    # An hour that overlaps one that is named already says nothing new.
    chosen = list(first.values())[:count]
    for start in later:
        if len(chosen) < count and all(abs(start - other) >= HOUR for other in chosen):
            chosen.append(start)
    return sorted(chosen)
