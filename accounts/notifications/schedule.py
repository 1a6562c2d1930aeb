"""When a message is due, on the clocks of people. Pure: zones and numbers, no database and no clock of its own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

BEGINNING = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Before:
    """So long before the fact, such as 72 hours before a session: real hours, whatever clocks do in between."""

    lead: timedelta


@dataclass(frozen=True, slots=True)
class OnClock:
    """When the person's clock next shows ``at``: on ``weekday``, 1 Monday to 7 Sunday, or on any day."""

    at: time
    weekday: int | None = None


def due_at(
    rule: Before | OnClock, *, now: datetime, zone: ZoneInfo, fact_at: datetime | None = None
) -> datetime | None:
    """Return the instant (UTC) at which a message is due by ``rule``; None if what it tells of is over.

    What would have been due in the past is due now, once. ``fact_at`` is what Before counts from, and what no
    message comes after. Raises ValueError for Before without it.
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
    """Return the wall time (naive) that the clock of ``zone`` shows when ``rule`` comes next after ``now``."""
    today = now.astimezone(zone).date()
    # Eight days on, each weekday has come once, also if it was today; one more where a whole day was skipped.
    for days in range(-1, 10):
        wall = datetime.combine(today + timedelta(days=days), rule.at)
        if rule.weekday in (None, wall.isoweekday()) and instant_of(wall, zone, after=now) > now:
            return wall
    raise AssertionError("every weekday comes within nine days")


def instant_of(wall: datetime, zone: ZoneInfo, *, after: datetime = BEGINNING) -> datetime:
    """Return the instant (UTC) of a wall time (naive) in ``zone``.

    A time that the clock skips is as much later as is skipped: 02:30 is 03:30 then. Of a time that comes twice it is
    the first that is later than ``after``, else the second.
    """
    first = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    second = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    return first if first > after or second < first else second


def end_of_quiet(start: int, end: int, *, now: datetime, zone: ZoneInfo) -> datetime | None:
    """Return the wall time (naive) at which the quiet hours end that ``now`` lies in; None outside of them.

    ``start`` and ``end`` are minutes after local midnight, 0 to 1439; from a later to an earlier one goes over night.
    """
    local = now.astimezone(zone)
    minute = local.hour * 60 + local.minute
    is_quiet = start <= minute < end if start < end else minute >= start or minute < end
    if not is_quiet:
        return None
    midnight = datetime.combine(local.date(), time()) + timedelta(days=minute >= end)
    return midnight + timedelta(minutes=end)
