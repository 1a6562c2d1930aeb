"""Answers to invitations, as calendar programs send them (iTIP, RFC 5546). Pure: no database, no clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, tzinfo

from icalendar import Calendar, Component, Timezone
from icalendar.timezone import tzp

from accounts.moments import SkippedByTheClock, moment_of

METHODS = ("REPLY", "COUNTER")
SIZE_MAX = 1_000_000  # octets


class UnclearTime(ValueError):
    """The start of an answer is in a zone that nobody knows, or its clock never shows it. The text says which."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An answer about the session ``uid`` in its version ``sequence``.

    ``attendees`` maps the addresses to the status of each person, such as DECLINED. A REPLY has one: its writer.
    ``starts_at`` is the time that a COUNTER proposes, by full minutes in UTC. It is naive if the answer names no zone:
    then it is on the clock of its writer. None without a time, and for a whole day. Addresses are in lower case.
    """

    method: str
    uid: str
    sequence: int
    organizer: str
    attendees: dict[str, str]
    starts_at: datetime | None


def read_answer(text: bytes) -> Answer | None:
    """Return the answer in a calendar object.

    None if it is no calendar, no answer, or one to several events. A session is one event, so an answer about one
    occurrence of a series is none either. Raises UnclearTime.
    """
    if len(text) > SIZE_MAX:
        return None
    # The library keeps the rules of zones of earlier calendars by their names. This forgets them.
    tzp.use_zoneinfo()
    try:
        calendar = Calendar.from_ical(text)
        return _answer(calendar) if isinstance(calendar, Calendar) else None
    except UnclearTime:
        raise
    except Exception:  # a stranger may write anything, and the library raises errors of many classes
        return None


def _answer(calendar: Calendar) -> Answer | None:
    method, events = str(calendar.get("method", "")).upper(), calendar.walk("VEVENT")
    if method not in METHODS or len(events) != 1:
        return None
    [event] = events
    if "recurrence-id" in event:
        return None
    attendees = event.get("attendee", [])
    people = attendees if isinstance(attendees, list) else [attendees]
    if method == "REPLY" and len(people) != 1:
        return None
    return Answer(
        method=method,
        uid=str(event["uid"]),
        sequence=int(event.get("sequence", 0)),
        organizer=_address(event.get("organizer", "")),
        attendees={_address(person): str(person.params.get("PARTSTAT", "NEEDS-ACTION")).upper() for person in people},
        starts_at=_start(event, calendar),
    )


def _start(event: Component, calendar: Calendar) -> datetime | None:
    value = event.get("dtstart")
    at = getattr(value, "dt", None)
    if not isinstance(at, datetime):
        return None
    clock = at.replace(second=0, tzinfo=None)
    zone = _zone(value.params.get("TZID"), calendar) or at.tzinfo
    if zone is None and "TZID" in value.params:
        raise UnclearTime("its time is in a time zone that nobody knows.")
    try:
        return moment_of(clock.date(), clock.time(), zone)[0] if zone else clock
    except (SkippedByTheClock, OverflowError):
        raise UnclearTime("the clock of its time zone never shows its time.") from None


def _zone(name: str | None, calendar: Calendar) -> tzinfo | None:
    """Return the zone whose rules the answer carries. They are those of the clock that its writer saw (RFC 5545)."""
    carried = [part for part in calendar.walk("VTIMEZONE") if isinstance(part, Timezone) and part.get("TZID") == name]
    return carried[0].to_tz(lookup_tzid=False) if carried else None


def _address(value: object) -> str:
    return str(value).strip().lower().removeprefix("mailto:")
