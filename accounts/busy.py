"""Busy times of a calendar in iCalendar format (RFC 5545). Plain Python: bytes in, times out.

A feed comes from a stranger's server, and a rule of a few letters can repeat for ever. So ``read_busy_times`` works
in a process of its own, with limits of time and memory that the feed cannot get around.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import recurring_ical_events
from icalendar import Calendar, Component
from icalendar.prop import vBroken

from accounts.week import Span, joined

Range = tuple[datetime, datetime]

INTERVALS_MAX = 5000
SECONDS_MAX = 20
MEMORY_MAX = 1 << 30
# A rule or a time that cannot be read may hide a busy time. An exception to a rule can only hide free time.
MATTERS = {"DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "RECURRENCE-ID", "FREEBUSY"}
ROOT = Path(__file__).resolve().parents[1]


class CannotRead(Exception):
    """The feed gives no busy times. ``code`` is a value of BusyCalendar.Failure."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def read_busy_times(feed: bytes, *, zone: ZoneInfo, first: datetime, last: datetime) -> list[Range]:
    """Return ``busy_times`` of a feed, computed in a process of its own. Raises CannotRead, also at its limits."""
    command = [sys.executable, "-m", "accounts.busy", zone.key, first.isoformat(), last.isoformat()]
    try:
        done = subprocess.run(  # noqa: S603 -- our own module
            command, input=feed, capture_output=True, timeout=SECONDS_MAX, cwd=ROOT, check=False, env={}
        )
    except subprocess.TimeoutExpired:
        raise CannotRead("too_much") from None
    if done.returncode != 0:
        # Killed at a limit, or an error that nobody foresaw. Its text could quote the calendar, so it is not logged.
        raise CannotRead("too_much" if done.returncode < 0 or b"MemoryError" in done.stderr else "bad_event")
    answer = json.loads(done.stdout)
    if isinstance(answer, str):
        raise CannotRead(answer)
    return [(datetime.fromtimestamp(start, UTC), datetime.fromtimestamp(end, UTC)) for start, end in answer]


def busy_times(feed: bytes, *, zone: ZoneInfo, first: datetime, last: datetime) -> list[Span]:
    """Return the busy times between two times in order, in seconds since 1970. Those that overlap or touch are one.

    Whole days and times without a zone are those of ``zone``. Events that are transparent or cancelled are free time.
    Tentative ones are busy.

    Raises CannotRead: no_calendar, bad_event, too_much.
    """
    try:
        calendars = Calendar.from_ical(feed, multiple=True)
    except (ValueError, IndexError, KeyError, TypeError, AttributeError):
        raise CannotRead("no_calendar") from None
    # A feed that broke off would show times as free.
    is_whole = feed.rstrip().upper().endswith(b"END:VCALENDAR")
    if not is_whole or any(calendar.name != "VCALENDAR" for calendar in calendars):
        raise CannotRead("no_calendar")
    found = (
        (max(start, first), min(end, last))
        for calendar in calendars
        for start, end in _ranges(calendar, zone, first, last)
    )
    busy = joined((int(start.timestamp()), int(end.timestamp())) for start, end in found if start < end)
    if len(busy) > INTERVALS_MAX:
        raise CannotRead("too_much")
    return busy


def _forget_what_takes_no_time(calendar: Component) -> None:
    """Remove events without a start, and excluded dates that cannot be read."""
    calendar.subcomponents = [part for part in calendar.subcomponents if part.name != "VEVENT" or "DTSTART" in part]
    for event in calendar.walk("VEVENT"):
        if (excluded := _each(event, "EXDATE")) and any(isinstance(dates, vBroken) for dates in excluded):
            event["EXDATE"] = [dates for dates in excluded if not isinstance(dates, vBroken)]


def _ranges(calendar: Component, zone: ZoneInfo, first: datetime, last: datetime) -> Iterator[Range]:
    _forget_what_takes_no_time(calendar)
    parts = [*calendar.walk("VEVENT"), *calendar.walk("VFREEBUSY")]
    if any(isinstance(value, vBroken) for part in parts for name in MATTERS for value in _each(part, name)):
        raise CannotRead("bad_event")
    try:
        # Whole days of another zone can begin a day earlier.
        events = recurring_ical_events.of(calendar).between(first - timedelta(days=1), last + timedelta(days=1))
        for event in events:
            says = {str(event.get(name, "")).upper() for name in ("TRANSP", "STATUS")}
            if not says & {"TRANSPARENT", "CANCELLED"}:
                yield _instant(event.start, zone), _instant(event.end, zone)
        for part in calendar.walk("VFREEBUSY"):
            for period in _each(part, "FREEBUSY"):
                if str(period.params.get("FBTYPE", "BUSY")).upper() != "FREE":
                    yield _instant(period.start, zone), _instant(period.end, zone)
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError):
        raise CannotRead("bad_event") from None


def _each(part: Component, name: str) -> list[Any]:
    """Return the values of a property, which may be there more than once."""
    found = part.get(name, [])
    return found if isinstance(found, list) else [found]


def _instant(at: date, zone: ZoneInfo) -> datetime:
    if not isinstance(at, datetime):
        at = datetime.combine(at, time())
    return (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC)


def main() -> None:
    """Read a feed from standard input, and write pairs of seconds since 1970, or the code of a failure, as JSON."""
    for limit, most in ((resource.RLIMIT_CPU, SECONDS_MAX), (resource.RLIMIT_AS, MEMORY_MAX)):
        # Not every system knows each limit. The parent's time-out holds everywhere.
        with suppress(ValueError, OSError):
            resource.setrlimit(limit, (most, most))
    zone, first, last = sys.argv[1:]
    try:
        answer: Any = busy_times(
            sys.stdin.buffer.read(),
            zone=ZoneInfo(zone),
            first=datetime.fromisoformat(first),
            last=datetime.fromisoformat(last),
        )
    except CannotRead as reason:
        answer = reason.code
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main()
