"""Due times of messages, in the local time of people. Pure: no database, and no clock of its own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

BEGINNING = datetime.min.replace(tzinfo=UTC)
# The largest offset from UTC of any zone: days and weeks begin there first.
EARLIEST_ZONE = timedelta(hours=14)


@dataclass(frozen=True, slots=True)
class Before:
    """A time before the fact, such as 72 hours before a session. It is elapsed time, whatever clock changes come."""

    lead: timedelta


@dataclass(frozen=True, slots=True)
class OnClock:
    """The next time the person's clock shows ``at``: on ``weekday``, 1 Monday to 7 Sunday, or on any day."""

    at: time
    weekday: int | None = None


def due_at(
    rule: Before | OnClock, *, now: datetime, zone: ZoneInfo, fact_at: datetime | None = None
) -> datetime | None:
    """Return the instant (UTC) at which a message is due by ``rule``. None if that is not before ``fact_at``.

    A due time in the past becomes ``now``. ``Before`` counts back from ``fact_at``. Raises ValueError without it.
    """
    match rule:
        case Before(lead):
            if fact_at is None:
                raise ValueError("Say when the fact is: fact_at.")
            due = max(fact_at.astimezone(UTC) - lead, now.astimezone(UTC))
        case OnClock():
            due = instant_of(next_on_clock(rule, now=now, zone=zone), zone, after=now)
    return None if fact_at is not None and due >= fact_at else due


def next_on_clock(rule: OnClock, *, now: datetime, zone: ZoneInfo) -> datetime:
    """Return the next wall time (naive) of ``zone`` after ``now`` that matches ``rule``."""
    today = now.astimezone(zone).date()
    # Eight days hold the next one of each weekday, even if it was today. A zone may skip a whole day: one more.
    for days in range(-1, 10):
        wall = datetime.combine(today + timedelta(days=days), rule.at)
        if rule.weekday in (None, wall.isoweekday()) and instant_of(wall, zone, after=now) > now:
            return wall
    raise AssertionError("every weekday comes within nine days")


def instant_of(wall: datetime, zone: tzinfo, *, after: datetime = BEGINNING) -> datetime:
    """Return the instant (UTC) of a wall time (naive) in ``zone``.

    A time that the clock skips moves on by the gap: 02:30 becomes 03:30. A time that comes twice means the first
    instant later than ``after``, or else the second.
    """
    first = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    second = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    return first if first > after or second < first else second


def has_come(at: time, *, now: datetime, zone: tzinfo) -> bool:
    """Return whether ``now`` is at or after the time ``at`` of its day in ``zone``."""
    return now >= instant_of(datetime.combine(now.astimezone(zone).date(), at), zone)


def end_of_quiet(start: int, end: int, *, now: datetime, zone: ZoneInfo) -> datetime | None:
    """Return the wall time (naive) at which the quiet hours around ``now`` end. None outside of quiet hours.

    ``start`` and ``end`` are minutes after local midnight, 0 to 1439. A start later than the end spans midnight.
    """
    local = now.astimezone(zone)
    minute = local.hour * 60 + local.minute
    is_quiet = start <= minute < end if start < end else minute >= start or minute < end
    if not is_quiet:
        return None
    midnight = datetime.combine(local.date(), time()) + timedelta(days=minute >= end)
    return midnight + timedelta(minutes=end)
