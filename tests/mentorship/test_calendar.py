"""Invitations, feeds and busy times, read back by another parser."""

from __future__ import annotations

import re
import zoneinfo
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from uuid import UUID

import pytest
from django.template.loader import render_to_string
from django.utils import timezone
from rest_framework.serializers import DateTimeField

from accounts.clock import Clock
from accounts.zones import DATABASE
from mentorship.calendar import Meeting, Person, feed, free_busy, invitation
from tests.mentorship.calendars import events, periods, read

STARTS = datetime(2026, 12, 1, 17, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
MEETING = Meeting(
    uuid=UUID("6b1f4b56-0b53-4a4e-9f1c-2f4f0b1a7a11"),
    sequence=0,
    stamped_at=datetime(2026, 11, 23, 12, tzinfo=UTC),
    starts_at=STARTS,
    minutes=60,
    summary="A mock interview with Bob Baker",
    description="Three questions.\nThen feedback.",
    place="https://meet.example.org/room",
    url="https://mentors.example.org/sessions/1/",
)
COMMUNITY = Person(name="Mentors", email="mentors@example.org")
ALICE, BOB = Person(name="Alice Ames", email="alice@example.org"), Person(name="Bob Baker", email="bob@example.org")
BERLIN = zoneinfo.ZoneInfo("Europe/Berlin")


def invite(meeting=MEETING, zone=BERLIN, is_cancelled=False):
    return invitation(meeting, zone=zone, organizer=COMMUNITY, attendees=[ALICE, BOB], is_cancelled=is_cancelled)


def test_an_invitation_says_all_of_a_session():
    event = read(invite())

    assert event.method == "REQUEST"
    assert (event.starts_at, event.ends_at, event.zone) == (STARTS, STARTS + timedelta(hours=1), "Europe/Berlin")
    assert event.parts == {
        "uid": str(MEETING.uuid),
        "sequence": "0",
        "dtstamp": "20261123T120000Z",
        "summary": MEETING.summary,
        "description": MEETING.description,
        "location": MEETING.place,
        "url": MEETING.url,
        "organizer": "mailto:mentors@example.org",
        "status": "CONFIRMED",
        "transp": "OPAQUE",
        "class": "PRIVATE",
    }


def test_both_are_invited_and_not_asked_for_an_answer():
    agreed = {"ROLE": "REQ-PARTICIPANT", "PARTSTAT": "ACCEPTED", "RSVP": "FALSE"}

    assert read(invite()).people == {
        "alice@example.org": {"CN": "Alice Ames"} | agreed,
        "bob@example.org": {"CN": "Bob Baker"} | agreed,
    }


def test_a_cancellation_has_the_same_identifier_and_a_higher_sequence():
    event = read(invite(replace(MEETING, sequence=3), is_cancelled=True))

    assert (event.method, event.parts["status"]) == ("CANCEL", "CANCELLED")
    assert (event.parts["uid"], event.parts["sequence"]) == (str(MEETING.uuid), "3")


def test_a_session_without_a_place_has_no_location():
    assert "location" not in read(invite(replace(MEETING, place=""))).parts


def test_a_local_time_stays_the_same_after_a_clock_change():
    before, after = STARTS.replace(month=3, day=23), STARTS.replace(month=3, day=30) - timedelta(hours=1)

    texts = [invite(replace(MEETING, starts_at=start)) for start in (before, after)]

    assert ["DTSTART;TZID=Europe/Berlin:20260323T180000" in texts[0], read(texts[0]).starts_at] == [True, before]
    assert ["DTSTART;TZID=Europe/Berlin:20260330T180000" in texts[1], read(texts[1]).starts_at] == [True, after]


def test_the_second_of_two_equal_hours_is_written_in_utc():
    first = datetime(2026, 10, 25, 0, 15, tzinfo=UTC)
    starts = [first, first + timedelta(hours=1)]

    zones = [read(invite(replace(MEETING, starts_at=start, minutes=30))).zone for start in starts]

    assert zones == ["Europe/Berlin", "UTC"]


@pytest.mark.parametrize(
    "text",
    [
        "Fine\r\nATTENDEE:mailto:eve@example.org",
        "Fine\nEND:VEVENT\nBEGIN:VEVENT\nSUMMARY:another",
        "Fine\u2028ATTENDEE:mailto:eve@example.org",
        "Fine\x0b\x85\x1eATTENDEE:mailto:eve@example.org\x07\0",
        'Fine"; x=y, \\nATTENDEE:mailto:eve@example.org',
    ],
)
def test_no_text_becomes_a_line_of_the_calendar(text):
    meeting = replace(MEETING, summary=text, description=text, place=text)

    body = invitation(meeting, zone=BERLIN, organizer=COMMUNITY, attendees=[Person(name=text, email=BOB.email)])

    [event] = events(body)
    assert list(event.people) == [BOB.email]
    assert not [char for char in body.replace("\r\n", "") if ord(char) < 32 or char in "\x85\u2028\u2029"]


def test_long_lines_are_folded_between_characters():
    text = "Übung mit 日本語 und 🎉 " * 40

    body = invite(replace(MEETING, description=text))

    assert max(len(line) for line in body.encode().split(b"\r\n")) <= 75
    assert read(body).parts["description"] == text.strip()


def test_quotation_marks_of_a_name_do_not_end_it():
    body = invitation(MEETING, zone=BERLIN, organizer=COMMUNITY, attendees=[replace(BOB, name='Bob "B"; Baker')])

    assert read(body).people[BOB.email]["CN"] == "Bob 'B'; Baker"


def test_a_feed_has_a_name_and_each_session_once():
    later = replace(MEETING, uuid=UUID(int=2), starts_at=STARTS + timedelta(days=200))

    body = feed([MEETING, later], clock=Clock(BERLIN), name="Mentors")

    assert [event.starts_at for event in events(body)] == [MEETING.starts_at, later.starts_at]
    assert "X-WR-CALNAME:Mentors\r\n" in body
    assert body.count("BEGIN:VTIMEZONE") == 1


def test_a_feed_without_sessions_is_a_calendar():
    assert events(feed([], clock=Clock(BERLIN), name="Mentors")) == []


def test_busy_times_are_intervals_and_nothing_else():
    busy = [(STARTS, STARTS + timedelta(hours=1))]

    body = free_busy(busy, uuid=UUID(int=1), person=ALICE, since=MEETING.stamped_at, until=STARTS + timedelta(days=9))

    assert periods(body) == busy
    assert "Bob" not in body


# --- every zone, around every clock change ----------------------------------------------------------------


def zones():
    """Return all zones, once each: most have several names for the same file."""
    names = sorted(zoneinfo.available_timezones() - {"localtime", "Factory"}, reverse=True)
    files = {(DATABASE / name).read_bytes(): zoneinfo.ZoneInfo(name) for name in names}
    return files.values()


def changes(zone):
    """Return the instants from 2026 to 2028 at which clocks change."""
    found, at, end = [], datetime(2026, 1, 1, tzinfo=UTC), datetime(2029, 1, 1, tzinfo=UTC)
    while at < end:
        offset = at.astimezone(zone).utcoffset()
        following = at + timedelta(days=1)
        if following.astimezone(zone).utcoffset() != offset:
            while at.astimezone(zone).utcoffset() == offset:
                at += MINUTE
            found.append(at)
        at = following
    return found


def shown(at, zone):
    """Return the instant that pages and mails name for a reader in ``zone``, by its words and its offset."""
    card = SimpleNamespace(is_one_clock=True, mine=Clock(zone))
    said = re.fullmatch(
        r"(\w+, \d+ \w+ \d{4}, \d\d:\d\d) \(.*, UTC(?:([+−])(\d+)(?::(\d\d))?)?\)",
        render_to_string("mentorship/session_time.txt", {"card": card, "at": at}),
    )
    offset = timedelta(hours=int(said[3] or 0), minutes=int(said[4] or 0)) * (-1 if said[2] == "−" else 1)
    return datetime.strptime(said[1], "%A, %d %B %Y, %H:%M").replace(tzinfo=UTC) - offset


@pytest.mark.parametrize(
    "name", ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca", "Pacific/Chatham"]
)
def test_an_invitation_has_the_right_instant_around_each_change(name):
    zone = zoneinfo.ZoneInfo(name)
    starts = [at + minutes * MINUTE for at in changes(zone) for minutes in (-61, -60, -31, -1, 0, 1, 29, 30, 60)]

    found = [read(invite(replace(MEETING, starts_at=start), zone)) for start in starts]

    assert [event.starts_at for event in found] == starts
    assert [event.ends_at for event in found] == [start + timedelta(hours=1) for start in starts]
    assert len(starts) >= 54


def test_each_zone_has_the_same_instants_in_calendar_page_mail_and_api():
    written = DateTimeField()
    wrong, count = [], 0
    for zone in zones():
        # Until, across and from each change: both of two equal hours.
        starts = [at + minutes * MINUTE for at in changes(zone) for minutes in (-60, -30, 0)] or [STARTS]
        meetings = [replace(MEETING, starts_at=start) for start in starts]
        for meeting, event in zip(meetings, events(feed(meetings, clock=Clock(zone), name="All")), strict=True):
            count += 1
            with timezone.override(zone):
                said = datetime.fromisoformat(written.to_representation(meeting.starts_at))
            found = {event.starts_at, event.ends_at - timedelta(hours=1), said, shown(meeting.starts_at, zone)}
            wrong += [(zone.key, meeting.starts_at, found)] if found != {meeting.starts_at} else []
    assert wrong == []
    assert count > 1500
