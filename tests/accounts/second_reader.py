"""A second reader of busy times: vobject reads the lines, dateutil the rules, and the arithmetic is by RFC 5545.

It shares no code with `accounts/busy.py`, and is as plain and slow as can be. It reads what the tests write.
"""

from __future__ import annotations

import io
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import vobject
from dateutil import rrule, tz

Interval = tuple[datetime, datetime]
DAY = timedelta(days=1)
LENGTH = re.compile(r"\+?P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?")


@dataclass(frozen=True)
class Time:
    """A time on the clock of a zone, or a whole day, which begins at midnight."""

    clock: datetime
    zone: tzinfo
    is_day: bool

    def instant(self) -> datetime:
        return self.clock.replace(tzinfo=self.zone).astimezone(UTC)

    def moved_to(self, clock: datetime) -> Time:
        return Time(clock, self.zone, self.is_day)


@dataclass(frozen=True)
class Length:
    """Days by the calendar, and hours by the stopwatch (RFC 5545, 3.3.6)."""

    days: timedelta
    hours: timedelta

    def end_of(self, start: Time) -> datetime:
        return start.moved_to(start.clock + self.days).instant() + self.hours


class Reader:
    """``zone`` is that of the owner: whole days, and times without a zone, are on its clock."""

    def __init__(self, text: str, zone: ZoneInfo) -> None:
        self.zone = zone
        self.zones = tz.tzical(io.StringIO(text)) if "BEGIN:VTIMEZONE" in text else None
        self.calendars = list(vobject.readComponents(text, transform=False))

    def busy(self, first: datetime, last: datetime) -> list[Interval]:
        """Return the busy times between two instants in order. Those that overlap or touch are one."""
        found = [
            (max(start, first), min(end, last))
            for calendar in self.calendars
            for start, end in [*self._events(calendar, first, last), *self._periods(calendar)]
        ]
        merged: list[Interval] = []
        for start, end in sorted(pair for pair in found if pair[0] < pair[1]):
            if merged and start <= merged[-1][1]:
                merged[-1] = merged[-1][0], max(end, merged[-1][1])
            else:
                merged.append((start, end))
        return merged

    def _events(self, calendar, first: datetime, last: datetime) -> Iterator[Interval]:
        series = defaultdict(list)
        for number, event in enumerate(calendar.contents.get("vevent", [])):
            if "dtstart" in event.contents:
                series[event.uid.value if "uid" in event.contents else number].append(event)
        for events in series.values():
            changes = {}
            for event in sorted(events, key=_sequence):
                if "recurrence-id" in event.contents:
                    changes[self._times(event, "recurrence-id")[0].instant()] = event
            whole = [event for event in events if "recurrence-id" not in event.contents]
            newest = max(map(_sequence, whole), default=0)
            for event in (event for event in whole if _sequence(event) == newest):
                yield from self._occurrences(event, set(changes), first, last)
            excluded = {time.instant() for event in events for time in self._times(event, "exdate")}
            for changed, event in changes.items():
                if changed not in excluded and _is_busy(event):
                    [start] = self._times(event, "dtstart")
                    yield start.instant(), self._length(event).end_of(start)

    def _occurrences(self, event, changed: set[datetime], first: datetime, last: datetime) -> Iterator[Interval]:
        [start] = self._times(event, "dtstart")
        length = self._length(event)
        if not _is_busy(event):
            return
        without = {time.instant() for time in self._times(event, "exdate")} | changed
        # Programs end a rule before its first day to delete the whole series.
        ends = [parts["UNTIL"] for line in event.contents.get("rrule", []) if "UNTIL" in (parts := _parts(line.value))]
        is_deleted = any(_is_after(start, until) for until in ends)
        starts = {} if is_deleted else {start.instant(): (start, length)}
        for time, own in self._added(event):
            starts[time.instant()] = (time, own or length)
        early = first.replace(tzinfo=None) - 2 * DAY - length.days - length.hours
        late = last.replace(tzinfo=None) + 2 * DAY
        for line in event.contents.get("rrule", []):
            for clock in _rule(line.value, start, early, late):
                time = start.moved_to(clock)
                starts.setdefault(time.instant(), (time, length))
        for instant, (time, its_length) in starts.items():
            if instant not in without:
                yield instant, its_length.end_of(time)

    def _added(self, event) -> Iterator[tuple[Time, Length | None]]:
        for line in event.contents.get("rdate", []):
            for text in line.value.split(","):
                start, _slash, end = text.partition("/")
                time = self._time(start, line.params)
                if not end:
                    yield time, None
                elif "P" in end:
                    yield time, _length(end)
                else:
                    yield time, Length(timedelta(), self._time(end, line.params).instant() - time.instant())

    def _length(self, event) -> Length:
        [start] = self._times(event, "dtstart")
        if "dtend" in event.contents:
            [end] = self._times(event, "dtend")
            if start.is_day:
                return Length(end.clock - start.clock, timedelta())
            return Length(timedelta(), end.instant() - start.instant())
        if "duration" in event.contents:
            return _length(event.duration.value)
        return Length(DAY if start.is_day else timedelta(), timedelta())

    def _times(self, event, name: str) -> list[Time]:
        lines = event.contents.get(name, [])
        return [self._time(text, line.params) for line in lines for text in line.value.split(",")]

    def _time(self, text: str, params) -> Time:
        if len(text) == 8:
            return Time(datetime.strptime(text, "%Y%m%d"), self.zone, is_day=True)  # noqa: DTZ007
        if text.endswith("Z"):
            return Time(datetime.strptime(text, "%Y%m%dT%H%M%SZ"), UTC, is_day=False)  # noqa: DTZ007
        clock = datetime.strptime(text, "%Y%m%dT%H%M%S")  # noqa: DTZ007
        return Time(clock, self._zone(params["TZID"][0]) if "TZID" in params else self.zone, is_day=False)

    def _zone(self, name: str) -> tzinfo:
        try:
            return ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError):
            return (self.zones and self.zones.get(name)) or self.zone

    def _periods(self, calendar) -> Iterator[Interval]:
        for part in calendar.contents.get("vfreebusy", []):
            for line in part.contents.get("freebusy", []):
                if line.params.get("FBTYPE", ["BUSY"])[0].upper() == "FREE":
                    continue
                for text in line.value.split(","):
                    start, _slash, end = text.partition("/")
                    time = self._time(start, {})
                    yield time.instant(), _length(end).end_of(time) if "P" in end else self._time(end, {}).instant()


def _rule(text: str, start: Time, early: datetime, late: datetime) -> Iterator[datetime]:
    parts = _parts(text)
    until = parts.pop("UNTIL", None)
    rule = rrule.rrulestr(";".join(f"{name}={value}" for name, value in parts.items()), dtstart=start.clock)
    for clock in rule:
        if clock > late or (until is not None and _is_after(start.moved_to(clock), until)):
            return
        if clock >= early:
            yield clock


def _parts(rule: str) -> dict[str, str]:
    return dict(part.split("=") for part in rule.upper().rstrip(";").split(";"))


def _is_after(time: Time, until: str) -> bool:
    if until.endswith("Z"):
        return time.instant() > datetime.strptime(until, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    if len(until) == 8:
        return time.clock.date() > datetime.strptime(until, "%Y%m%d").date()  # noqa: DTZ007
    return time.clock > datetime.strptime(until, "%Y%m%dT%H%M%S")  # noqa: DTZ007


def _length(text: str) -> Length:
    weeks, days, hours, minutes, seconds = (int(part or 0) for part in LENGTH.fullmatch(text).groups())
    return Length(timedelta(weeks=weeks, days=days), timedelta(hours=hours, minutes=minutes, seconds=seconds))


def _is_busy(event) -> bool:
    says = {event.contents[name][0].value.upper() for name in ("transp", "status") if name in event.contents}
    return not says & {"TRANSPARENT", "CANCELLED"}


def _sequence(event) -> int:
    return int(event.sequence.value) if "sequence" in event.contents else -1
