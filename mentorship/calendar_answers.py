"""Answers to invitations, as calendar programs send them (iTIP, RFC 5546). Pure: no database, no clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from icalendar import Calendar, Component

METHODS = ("REPLY", "COUNTER")
SIZE_MAX = 1_000_000  # octets


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An answer about the session ``uid`` in its version ``sequence``.

    ``attendees`` maps the addresses to the status of each person, such as DECLINED. A REPLY has one: its writer.
    ``starts_at`` is the time that a COUNTER proposes. It may be naive: then it is on the clock of its writer.
    Addresses are in lower case.
    """

    method: str
    uid: str
    sequence: int
    organizer: str
    attendees: dict[str, str]
    starts_at: datetime | None


def read_answer(text: bytes) -> Answer | None:
    """Return the answer in a calendar object. None if it is no calendar, no answer, or one to several events."""
    if len(text) > SIZE_MAX:
        return None
    try:
        calendar = Calendar.from_ical(text)
        return _answer(calendar) if isinstance(calendar, Calendar) else None
    except Exception:  # a stranger may write anything, and the library raises errors of many classes
        return None


def _answer(calendar: Calendar) -> Answer | None:
    method, events = str(calendar.get("method", "")).upper(), calendar.walk("VEVENT")
    if method not in METHODS or len(events) != 1:
        return None
    [event] = events
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
        starts_at=_start(event),
    )


def _start(event: Component) -> datetime | None:
    """Return the start of an event. None without one, and for a whole day."""
    start = getattr(event.get("dtstart"), "dt", None)
    return start if isinstance(start, datetime) else None


def _address(value: object) -> str:
    return str(value).strip().lower().removeprefix("mailto:")
