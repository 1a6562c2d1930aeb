"""Reads calendars with other parsers than the one that writes them: vobject, and dateutil for time zones."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage

import vobject
from dateutil import tz
from django.core import mail as mailbox
from django.core.mail import EmailMultiAlternatives


@dataclass(frozen=True)
class Read:
    """An event. ``parts`` maps properties to values, and ``people`` the invited addresses to their parameters."""

    method: str
    starts_at: datetime
    ends_at: datetime
    zone: str
    parts: dict[str, str]
    people: dict[str, dict[str, str]]


def read(text: str) -> Read:
    [event] = events(text)
    return event


def events(text: str) -> list[Read]:
    calendar = vobject.readOne(text, transform=False)
    zones = tz.tzical(io.StringIO(text)) if "VTIMEZONE" in text else None
    return [_event(calendar, part, zones) for part in calendar.contents.get("vevent", [])]


def _event(calendar, part, zones) -> Read:
    parts = {name: lines[0].value for name, lines in part.contents.items()}
    return Read(
        method=calendar.method.value,
        starts_at=_instant(part.dtstart, zones),
        ends_at=_instant(part.dtend, zones),
        zone=part.dtstart.params.get("TZID", ["UTC"])[0],
        parts={name: value for name, value in parts.items() if name not in ("attendee", "dtstart", "dtend")},
        people={
            line.value.removeprefix("mailto:"): {name: values[0] for name, values in line.params.items()}
            for line in part.contents.get("attendee", [])
        },
    )


def _instant(line, zones) -> datetime:
    if "TZID" not in line.params:
        return _utc(line.value)
    local = datetime.strptime(line.value, "%Y%m%dT%H%M%S")  # noqa: DTZ007 - its zone is in a parameter
    return local.replace(tzinfo=zones.get(line.params["TZID"][0])).astimezone(UTC)


def periods(text: str) -> list[tuple[datetime, datetime]]:
    """Return the busy intervals of the VFREEBUSY of a calendar."""
    part = vobject.readOne(text, transform=False).vfreebusy
    found = [line.value.split("/") for line in part.contents.get("freebusy", [])]
    return [(_utc(start), _utc(end)) for start, end in found]


def _utc(text: str) -> datetime:
    return datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)


def parsed(mail: EmailMultiAlternatives) -> EmailMessage:
    """Return a mail as its reader gets it."""
    return message_from_bytes(mail.message().as_bytes(linesep="\r\n"), policy=policy.default)


def parts_of(message: EmailMessage, content_type: str) -> list[EmailMessage]:
    return [part for part in message.walk() if part.get_content_type() == content_type]


def calendar_of(message: EmailMessage) -> Read:
    """Return the event of a mail. It has exactly one calendar."""
    [part] = parts_of(message, "text/calendar")
    return read(part.get_payload(decode=True).decode())


def invitations() -> list[tuple[str, str, str, str, datetime]]:
    """Return identifier, method, sequence, zone and start in each mail that was sent, in the order of their people."""
    found = [calendar_of(parsed(mail)) for mail in sorted(mailbox.outbox, key=lambda mail: mail.to)]
    return [(event.parts["uid"], event.method, event.parts["sequence"], event.zone, event.starts_at) for event in found]
