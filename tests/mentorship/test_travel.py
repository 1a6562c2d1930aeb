"""Every time of a session is in the zone where its reader is on that day: pages, mails and calendars."""

from __future__ import annotations

import html
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.models import Travel
from mentorship.models import Session
from mentorship.services.calendar_address import make_calendar_address
from mentorship.services.sessions.take import take_time
from tests.factories import NOW, MentorshipFactory, SessionFactory
from tests.helpers import send
from tests.mentorship.calendars import events, read

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

BERLIN, NEW_YORK = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")
# Alice is in New York on this day, and at home on the day after.
THERE, AT_HOME = date(2026, 12, 8), date(2026, 12, 9)
TIMES = [datetime(2026, 12, 8, 15, tzinfo=NEW_YORK), datetime(2026, 12, 9, 15, tzinfo=BERLIN)]
IN_NEW_YORK = "Tuesday, 8 December 2026, 15:00 (New York, United States, UTC−5)"
IN_BERLIN = "Wednesday, 9 December 2026, 15:00 (Berlin, Germany, UTC+1)"
FOR_ALICE = "for Alice Archer: Tuesday, 8 December, 15:00 (New York, United States, UTC−5)"


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def mentorship(alice, bob):
    """Return a mentorship of Alice in Berlin, who travels, and Bob in Tokyo."""
    bob.profile.timezone = "Asia/Tokyo"
    bob.profile.save()
    Travel.objects.create(profile=alice.profile, from_on=THERE, until_on=THERE, timezone="America/New_York")
    return MentorshipFactory(goal__mentee=alice, mentor=bob.mentor)


@pytest.fixture
def proposed(mentorship):
    return SessionFactory(mentorship=mentorship, times=TIMES)


@pytest.fixture
def confirmed(mentorship):
    return [SessionFactory(mentorship=mentorship, status="confirmed", starts_at=at) for at in TIMES]


def page_of(person, address: str) -> str:
    client = Client()
    client.force_login(person)
    return html.unescape(client.get(address).content.decode())


def test_the_traveller_chooses_among_times_by_the_clock_of_each_day(proposed, alice):
    page = page_of(alice, f"/sessions/{proposed.uuid}/")

    assert IN_NEW_YORK in page
    assert IN_BERLIN in page
    assert page.index("<legend>Tuesday, 8 December 2026") < page.index("<legend>Wednesday, 9 December 2026")


def test_the_other_side_reads_where_the_traveller_is(confirmed, bob):
    assert FOR_ALICE in page_of(bob, f"/sessions/{confirmed[0].uuid}/")


def test_the_home_and_the_mentorship_name_the_time_of_the_journey(confirmed, mentorship, alice):
    assert IN_NEW_YORK in page_of(alice, "/")
    assert IN_NEW_YORK in page_of(alice, f"/mentorships/{mentorship.uuid}/")


def test_the_home_names_the_deadline_for_an_answer_by_the_clock_of_its_day(proposed, alice):
    deadline = "before Tuesday, 8 December, 15:00 (New York, United States, UTC−5), the first of them"

    assert deadline in page_of(alice, "/")


def test_an_own_time_is_by_the_clock_of_its_day(mentorship, client, alice):
    client.force_login(alice)
    times = {"times-day-1": "2026-12-08", "times-clock-1": "15:00"}
    times |= {"times-day-2": "2026-12-09", "times-clock-2": "15:00"}

    client.post(f"/mentorships/{mentorship.uuid}/", {"do": "plan", "kind": "intro_call"} | times)

    assert [time.starts_at for time in Session.objects.get().times.all()] == TIMES


def test_the_form_for_times_says_on_which_days_another_clock_counts(mentorship, alice):
    page = page_of(alice, f"/mentorships/{mentorship.uuid}/")

    assert "By your clock, in Berlin, Germany, UTC+1." in page
    assert "On 8 December 2026 it is that of New York, United States, UTC−5." in page


def test_a_mail_and_its_invitation_are_in_the_zone_of_the_journey(proposed, alice, bob, mailoutbox):
    take_time(session_id=proposed.pk, by=alice, starts_at=TIMES[0], now=NOW)
    send(NOW)

    sent = {message.to[0]: message for message in mailoutbox if "has a time" in message.subject}
    assert IN_NEW_YORK in sent[alice.email].body
    assert FOR_ALICE in sent[bob.email].body
    zones = {address: read(_calendar(message)).zone for address, message in sent.items()}
    assert zones == {alice.email: "America/New_York", bob.email: "Asia/Tokyo"}
    assert read(_calendar(sent[alice.email])).starts_at == TIMES[0]


def test_the_feed_has_the_zone_of_each_day(confirmed, alice):
    token = make_calendar_address(person=alice, now=NOW)

    found = events(Client().get(reverse("calendar-sessions", args=[token])).content.decode())

    assert [(event.zone, event.starts_at) for event in found] == [
        *(("America/New_York", TIMES[0]), ("Europe/Berlin", TIMES[1]))
    ]


def test_a_visitor_of_a_mentor_does_not_read_of_journeys(alice, bob, client):
    for person, weekday in ((alice, 2), (bob, 2)):
        person.profile.availability.create(weekday=weekday, start_minute=0, end_minute=1440)
    Travel.objects.create(profile=bob.profile, from_on=NOW.date(), until_on=THERE, timezone="America/New_York")

    page = page_of(alice, f"/mentors/{bob.mentor.uuid}/")

    assert "Both of you have time" in page
    assert "New York" not in page


def _calendar(message) -> str:
    part = next(part for part in message.message().walk() if part.get_content_type() == "text/calendar")
    return part.get_payload(decode=True).decode()
