"""The moment at which a clock shows a time. Plain Python: values in, values out."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, tzinfo


class SkippedByTheClock(ValueError):
    """The clock of the zone never shows this time: it jumps over it."""


def moment_of(day: date, clock: time, zone: tzinfo) -> tuple[datetime, bool]:
    """Return the moment in UTC at which a clock shows a time, and whether it shows it twice. The first one counts.

    Raises SkippedByTheClock for a time in a gap, OverflowError at the ends of the calendar.
    """
    local = datetime.combine(day, clock, tzinfo=zone)
    moment = local.astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) != local.replace(tzinfo=None):
        raise SkippedByTheClock
    return moment, local.utcoffset() != local.replace(fold=1).utcoffset()
