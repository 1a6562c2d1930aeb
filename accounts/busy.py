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
from datetime import MAXYEAR, UTC, date, datetime, time, timedelta, tzinfo
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
# A property that is ours, while a feed is read. It maps the length of an event on its clock to the time that it takes.
LENGTH = "X-LENGTH"
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


def _tell_apart(calendar: Component) -> None:
    """Let each of several events with one UID count. The library keeps the one with the highest SEQUENCE.

    That is right for versions of one event. With one SEQUENCE they are different events, of a program that wrote the
    same UID for all.
    """
    known = set()
    for event in _events(calendar):
        version = str(event.get("UID")), str(event.get("SEQUENCE"))
        if "UID" in event and "RECURRENCE-ID" not in event:
            if version in known:
                del event["UID"]
            known.add(version)


def _note_lengths(calendar: Component, zone: ZoneInfo) -> None:
    """Mark the events whose ends the library computes. An event with DTEND also gets the time that it really takes.

    The library adds a length on the clock of the event: in the night of a clock change an hour too little or too much.
    """
    for event in _events(calendar):
        event.pop(LENGTH, None)
        start, end = event["DTSTART"].dt, event["DTEND"].dt if "DTEND" in event else None
        if not isinstance(start, datetime):
            continue
        if end is None:
            event[LENGTH] = {}
        elif _is_like(start, end) and ("RRULE" in event or "RDATE" in event):
            event[LENGTH] = {end - start: _instant(end, zone) - _instant(start, zone)}


def _mend_ends_of_rules(calendar: Component, zone: ZoneInfo) -> None:
    """Write each UNTIL as the library reads it right: the last day counts, and a local time is one of the event.

    Programs write dates for events with a time, and times in UTC for events without a zone. The library takes midnight
    in UTC for the first, and drops the zone of the second: the last occurrences would be free time.
    """
    for event in _events(calendar):
        start = event["DTSTART"].dt
        own = (start.tzinfo if isinstance(start, datetime) else None) or zone
        for rule in _each(event, "RRULE"):
            # Some programs write the last day of the calendar for "no end".
            until = [at for at in rule.pop("UNTIL", []) if at.year < MAXYEAR]
            if until:
                rule["UNTIL"] = [_last(at, start, own) for at in until]


def _put_on_one_clock(calendar: Component, zone: ZoneInfo) -> None:
    """Write excluded and added times of an event without a zone on the clock of ``zone``.

    The library takes the zone of such a time for that of the event.
    """
    for event in _events(calendar):
        start = event["DTSTART"].dt
        if isinstance(start, datetime) and start.tzinfo is None:
            for name in ("EXDATE", "RDATE"):
                for times in _each(event, name):
                    for each in times.dts:
                        each.dt = _local(each.dt, zone)


def _local(at: Any, zone: ZoneInfo) -> Any:
    """Return a time, or each part of a period, on the clock of ``zone``. Others stay as they are."""
    if isinstance(at, tuple):
        return tuple(_local(part, zone) for part in at)
    return at.astimezone(zone).replace(tzinfo=None) if isinstance(at, datetime) and at.tzinfo else at


def _last(until: date, start: date, own: tzinfo) -> date:
    """Return ``until`` in the form of ``start``: a day, a time without a zone, or one in UTC."""
    if not isinstance(until, datetime):
        until = datetime.combine(until, time.max.replace(microsecond=0))
    until = until.astimezone(own) if until.tzinfo else until.replace(tzinfo=own)
    if not isinstance(start, datetime):
        return until.date()
    return until.astimezone(UTC) if start.tzinfo else until.replace(tzinfo=None)


def _is_like(start: datetime, end: date) -> bool:
    return isinstance(end, datetime) and (start.tzinfo is None) == (end.tzinfo is None)


def _end(event: Any, zone: ZoneInfo) -> datetime:
    """Return the end of an occurrence.

    With DTEND each occurrence takes the same time (RFC 5545, 3.8.5.3). A DURATION has days by the calendar, and then
    hours by the stopwatch (3.3.6). The library takes PT24H for P1D.
    """
    if LENGTH not in event:
        return _instant(event.end, zone)
    length = event.end - event.start
    if length in event[LENGTH]:
        return _instant(event.start, zone) + event[LENGTH][length]
    days = timedelta(days=length.days)
    return _instant(event.start + days, zone) + (length - days)


def _ranges(calendar: Component, zone: ZoneInfo, first: datetime, last: datetime) -> Iterator[Range]:
    _forget_what_takes_no_time(calendar)
    parts = [*calendar.walk("VEVENT"), *calendar.walk("VFREEBUSY")]
    if any(isinstance(value, vBroken) for part in parts for name in MATTERS for value in _each(part, name)):
        raise CannotRead("bad_event")
    try:
        _tell_apart(calendar)
        _note_lengths(calendar, zone)
        _mend_ends_of_rules(calendar, zone)
        _put_on_one_clock(calendar, zone)
        # Whole days of another zone can begin a day earlier.
        events = recurring_ical_events.of(calendar).between(first - timedelta(days=1), last + timedelta(days=1))
        for event in events:
            says = {str(event.get(name, "")).upper() for name in ("TRANSP", "STATUS")}
            if not says & {"TRANSPARENT", "CANCELLED"}:
                yield _instant(event.start, zone), _end(event, zone)
        for part in calendar.walk("VFREEBUSY"):
            for period in _each(part, "FREEBUSY"):
                if str(period.params.get("FBTYPE", "BUSY")).upper() != "FREE":
                    yield _instant(period.start, zone), _instant(period.end, zone)
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError):
        raise CannotRead("bad_event") from None


def _events(calendar: Component) -> list[Any]:
    """Return the events. What is in them depends on their names, not on types."""
    return calendar.walk("VEVENT")


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
