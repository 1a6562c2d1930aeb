"""Sessions for calendars (RFC 5545, 5546): invitations, a feed and busy times. Pure: no database, no clock.

A session has one UID and one organizer for life. Its SEQUENCE rises with each change, and a calendar keeps the highest.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from uuid import UUID
from zoneinfo import ZoneInfo

from icalendar import (
    Calendar,
    Component,
    Event,
    FreeBusy,
    Timezone,
    TimezoneDaylight,
    TimezoneStandard,
    vCalAddress,
    vDuration,
    vPeriod,
    vUri,
)

from accounts.clock import Clock

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
MINUTES_A_DAY = 24 * 60
PRODUCT = "-//mentorship//sessions//EN"
# Programs fetch a feed again after this time.
REFRESH = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    name: str
    email: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """A session as one of the two reads it. ``sequence`` starts at 0. ``stamped_at`` is the time of this version.

    The texts may hold anything: characters that a calendar cannot take are removed here.
    """

    uuid: UUID
    sequence: int
    stamped_at: datetime
    starts_at: datetime
    minutes: int
    summary: str
    description: str
    place: str
    url: str

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.minutes)


def invitation(
    meeting: Meeting,
    *,
    zone: ZoneInfo,
    organizer: Person,
    attendees: Sequence[Person],
    is_cancelled: bool = False,
    asks_for_answer: bool = False,
) -> str:
    """Return a REQUEST for a new or changed session, or a CANCEL. Its times are on the clocks of ``zone``.

    Both have agreed on the time, so each is listed as coming. ``asks_for_answer`` needs somebody who reads the mails
    to the organizer.
    """
    event = _event(meeting, zone, "CANCELLED" if is_cancelled else "CONFIRMED")
    event.add("organizer", _address(organizer))
    for attendee in attendees:
        address = _address(attendee)
        address.params |= {"ROLE": "REQ-PARTICIPANT", "PARTSTAT": "ACCEPTED", "RSVP": str(asks_for_answer).upper()}
        event.add("attendee", address)
    return _calendar([event], {zone: [meeting]}, method="CANCEL" if is_cancelled else "REQUEST")


def feed(meetings: Iterable[Meeting], *, clock: Clock, name: str) -> str:
    """Return a calendar called ``name``, for programs that subscribe to it. Its times are on ``clock``."""
    events, by_zone = [], defaultdict(list)
    for meeting in meetings:
        zone = clock.zone_at(meeting.starts_at)
        by_zone[zone].append(meeting)
        events.append(_event(meeting, zone, "CONFIRMED"))
    return _calendar(events, by_zone, method="PUBLISH", name=name)


def free_busy(
    busy: Iterable[tuple[datetime, datetime]], *, uuid: UUID, person: Person, since: datetime, until: datetime
) -> str:
    """Return when ``person``, with this ``uuid``, is taken between two instants: a VFREEBUSY without other facts.

    ``busy`` holds pairs of start and end. It is stamped with ``since``: the same times give the same text.
    """
    part = FreeBusy()
    part.add("uid", f"busy-{uuid}")
    part.add("dtstamp", since.astimezone(UTC))
    part.add("dtstart", since.astimezone(UTC))
    part.add("dtend", until.astimezone(UTC))
    part.add("organizer", _address(person))
    for start, end in busy:
        taken = vPeriod((start.astimezone(UTC), end.astimezone(UTC)))
        taken.params["FBTYPE"] = "BUSY"
        part.add("freebusy", taken)
    return _calendar([part], {}, method="PUBLISH")


def _calendar(
    parts: Iterable[Component], by_zone: Mapping[ZoneInfo, Sequence[Meeting]], *, method: str, name: str = ""
) -> str:
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", method)
    if name:
        calendar.add("x-wr-calname", _line(name))
        # The second name is the one that Outlook reads.
        calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
        calendar.add("x-published-ttl", vDuration(REFRESH))
    for zone, meetings in by_zone.items():
        if zone.key != "UTC":
            years = [meeting.starts_at.year for meeting in meetings]
            calendar.add_component(_time_zone(zone, min(years) - 1, max(years) + 1))
    for part in parts:
        calendar.add_component(part)
    return calendar.to_ical().decode()


def _event(meeting: Meeting, zone: ZoneInfo, status: str) -> Event:
    event = Event()
    event.add("uid", str(meeting.uuid))
    event.add("sequence", meeting.sequence)
    event.add("dtstamp", meeting.stamped_at.astimezone(UTC))
    start, end = meeting.starts_at.astimezone(zone), meeting.ends_at.astimezone(zone)
    # A local time without more stands for the first of the two hours in which clocks go back (RFC 5545, 3.3.5). The
    # second one is written in UTC.
    if zone.key == "UTC" or start.fold or end.fold:
        start, end = start.astimezone(UTC), end.astimezone(UTC)
    event.add("dtstart", start)
    event.add("dtend", end)
    event.add("summary", _line(meeting.summary))
    event.add("description", _text(meeting.description))
    if meeting.place:
        event.add("location", _line(meeting.place))
    event.add("url", vUri(meeting.url))
    event.add("status", status)
    event.add("transp", "OPAQUE")
    # Colleagues who share a calendar see that the hour is taken, and not that somebody looks for another job.
    event.add("class", "PRIVATE")
    return event


def _address(person: Person) -> vCalAddress:
    address = vCalAddress(f"mailto:{_line(person.email).replace(' ', '')}")
    # Many programs show the escape of a quotation mark as it is (RFC 6868).
    address.params["CN"] = _line(person.name).replace('"', "'")
    return address


@lru_cache(maxsize=1000)
def _time_zone(zone: ZoneInfo, first_year: int, last_year: int) -> Timezone:
    """Return the clock changes of these years as a VTIMEZONE. Callers share it, and do not change it.

    The library's own is an hour late in spring: it writes the new local time of a change, not the old one.
    """
    first, last = datetime(first_year, 1, 1, tzinfo=UTC), datetime(last_year + 1, 1, 1, tzinfo=UTC)
    component = Timezone()
    component.add("tzid", zone.key)
    component.add_component(_observance(zone, first, before=_offset(zone, first)))
    for at in _changes(zone, first, last):
        component.add_component(_observance(zone, at, before=_offset(zone, at - MINUTE)))
    return component


def _observance(zone: ZoneInfo, at: datetime, *, before: timedelta) -> Component:
    local = at.astimezone(zone)
    component = TimezoneDaylight() if local.dst() else TimezoneStandard()
    component.add("dtstart", (at + before).replace(tzinfo=None))
    component.add("tzoffsetfrom", before)
    component.add("tzoffsetto", _offset(zone, at))
    component.add("tzname", local.tzname())
    return component


def _changes(zone: ZoneInfo, first: datetime, last: datetime) -> Iterator[datetime]:
    """Yield the instants at which clocks change. No zone changes them twice within a day."""
    while first < last:
        day, before = first, _offset(zone, first)
        first += DAY
        if _offset(zone, first) != before:
            minutes = range(1, MINUTES_A_DAY + 1)
            place = bisect_left(minutes, True, key=lambda m: _offset(zone, day + m * MINUTE) != before)
            yield day + minutes[place] * MINUTE


def _offset(zone: ZoneInfo, at: datetime) -> timedelta:
    return at.astimezone(zone).utcoffset() or timedelta()


def _text(text: str) -> str:
    """Return ``text`` with line feeds between its lines, and without other control characters."""
    lines = ("".join(char for char in line if unicodedata.category(char) != "Cc") for line in text.splitlines())
    return "\n".join(lines).strip()


def _line(text: str) -> str:
    return " ".join(_text(text).split())
