"""A member's private calendar address, and the files that programs read there."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Block
from mentorship.models import CalendarAddress
from mentorship.services.calendar_address import make_calendar_address, revoke_calendar_address
from tests.factories import NOW, SESSION_STARTS, GoalFactory, MentorshipFactory, SessionFactory
from tests.helpers import path
from tests.mentorship.calendars import events, periods

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

DAY = timedelta(days=1)
PAGE = "/settings/calendar/"


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def mentorship(alice, bob):
    return MentorshipFactory(goal=GoalFactory(mentee=alice), mentor=bob.mentor)


@pytest.fixture
def confirmed(mentorship):
    return SessionFactory(mentorship=mentorship, status="confirmed")


def token_of(person):
    return make_calendar_address(person=person, now=NOW)


def get(token, name="sessions", **headers):
    return Client().get(reverse(f"calendar-{name}", args=[token]), headers=headers)


def text_of(token, name="sessions"):
    answer = get(token, name)
    assert answer.status_code == 200
    return answer.content.decode()


def press(client, do):
    return client.post(PAGE, {"do": do}, follow=True).content.decode()


def addresses_in(page):
    return re.findall(r'(?:value|href)="((?:http|webcal)://testserver/calendar/[^"]+)"', page)


# --- the page ---------------------------------------------------------------------------------------------


def test_a_new_address_is_shown_once(client, alice):
    client.force_login(alice)

    page = press(client, "make")

    subscribe, sessions, busy = addresses_in(page)
    assert subscribe == sessions.replace("http://", "webcal://")
    assert [Client().get(path(address)).status_code for address in (sessions, busy)] == [200, 200]
    again = client.get(PAGE).content.decode()
    assert addresses_in(again) == []
    assert "You made an address on 23 November 2026." in again


def test_a_preview_of_the_page_does_not_use_up_the_address(client, alice):
    client.force_login(alice)
    client.post(PAGE, {"do": "make"})

    client.head(PAGE)

    assert len(addresses_in(client.get(PAGE).content.decode())) == 3


def test_the_database_never_holds_the_token(client, alice):
    client.force_login(alice)
    client.post(PAGE, {"do": "make"})
    waiting = str(dict(client.session))

    token = addresses_in(client.get(PAGE).content.decode())[1].split("/")[-2]

    assert len(token) == 43
    assert token not in waiting
    assert token not in str(CalendarAddress.objects.values().get())


def test_a_replaced_address_stops_working(client, alice):
    client.force_login(alice)
    [_, old, _] = addresses_in(press(client, "make"))

    [_, new, _] = addresses_in(press(client, "make"))

    assert [Client().get(path(address)).status_code for address in (old, new)] == [404, 200]


def test_a_revoked_address_stops_working(client, alice):
    client.force_login(alice)
    [_, address, _] = addresses_in(press(client, "make"))

    page = press(client, "revoke")

    assert "The address does not work any more." in page
    assert "You have no address." in page
    assert Client().get(path(address)).status_code == 404


def test_an_unknown_button_is_refused(client, alice):
    client.force_login(alice)

    assert client.post(PAGE, {"do": "show"}).status_code == 400
    assert not CalendarAddress.objects.exists()


def test_the_settings_lead_to_the_calendar(client, alice):
    client.force_login(alice)

    assert f'href="{PAGE}"' in client.get("/settings/").content.decode()


# --- the sessions -----------------------------------------------------------------------------------------


def test_each_of_the_two_reads_their_sessions_in_their_zone(confirmed, alice, bob):
    bob.profile.timezone = "America/Lima"
    bob.profile.save()

    [of_alice], [of_bob] = (events(text_of(token_of(person))) for person in (alice, bob))

    assert (of_alice.starts_at, of_bob.starts_at) == (SESSION_STARTS, SESSION_STARTS)
    assert (of_alice.zone, of_bob.zone) == ("Europe/Berlin", "America/Lima")
    assert of_alice.parts["uid"] == of_bob.parts["uid"] == str(confirmed.uuid)
    assert of_alice.parts["summary"] == f"A mock interview with {bob.name}"
    assert of_bob.parts["summary"] == f"A mock interview with {alice.name}"


def test_somebody_else_has_other_sessions(confirmed, charlie):
    own = SessionFactory(status="confirmed", mentorship__mentor=charlie.mentor)

    assert [event.parts["uid"] for event in events(text_of(token_of(charlie)))] == [str(own.uuid)]


def test_sessions_without_a_time_cancelled_or_long_ago_are_left_out(mentorship, alice):
    SessionFactory(mentorship=mentorship)
    SessionFactory(mentorship=mentorship, status="cancelled")
    SessionFactory(mentorship=mentorship, status="held", starts_at=NOW - 61 * DAY)
    held = SessionFactory(mentorship=mentorship, status="held", starts_at=NOW - 59 * DAY)

    assert [event.parts["uid"] for event in events(text_of(token_of(alice)))] == [str(held.uuid)]


def test_after_a_block_a_session_is_a_name_and_a_time(confirmed, alice, bob):
    Block.objects.create(blocker=bob, blocked=alice)

    text = text_of(token_of(alice))

    [event] = events(text)
    assert event.parts["summary"] == f"A mock interview with {bob.name}"
    assert "location" not in event.parts
    assert bob.email not in text


def test_busy_times_name_nobody(confirmed, alice, bob):
    text = text_of(token_of(alice), "busy")

    assert periods(text) == [(SESSION_STARTS, SESSION_STARTS + timedelta(hours=1))]
    for word in (bob.name, str(confirmed.uuid), confirmed.place, "mock"):
        assert word not in text


@pytest.mark.parametrize("name", ["sessions", "busy"])
@pytest.mark.parametrize("number", [1, 3])
def test_the_number_of_queries_does_not_grow(name, number, mentorship, alice):
    token = token_of(alice)
    for week in range(number):
        SessionFactory(mentorship=mentorship, status="confirmed", starts_at=SESSION_STARTS + 7 * week * DAY)

    with CaptureQueriesContext(
        connection,
    ) as queries:
        get(token, name)

    assert len(queries) == {"sessions": 10, "busy": 2}[name]


# --- the address ------------------------------------------------------------------------------------------


def test_an_address_of_nobody_is_not_found(alice):
    token = token_of(alice)
    stored = CalendarAddress.objects.get().digest

    for guess in ("x", token[:-1], token + "x", token.swapcase(), stored, "é" * 43, "%00"):
        assert (get(guess).status_code, get(guess, "busy").status_code) == (404, 404), guess


def test_a_person_who_left_has_no_calendar(confirmed, alice):
    token = token_of(alice)
    alice.is_active = False
    alice.save()

    assert get(token).status_code == 404


def test_to_revoke_twice_does_no_harm(alice):
    token_of(alice)

    revoke_calendar_address(person=alice)
    revoke_calendar_address(person=alice)

    assert not CalendarAddress.objects.exists()


@pytest.mark.parametrize("name", ["sessions", "busy"])
def test_a_calendar_that_did_not_change_is_not_sent_again(name, confirmed, alice):
    token = token_of(alice)
    etag = get(token, name)["ETag"]

    with time_machine.travel(NOW + timedelta(hours=2), tick=False):
        answer = get(token, name, if_none_match=etag)

    assert (answer.status_code, answer.content, answer["ETag"]) == (304, b"", etag)


def test_a_changed_session_is_sent_again(confirmed, alice):
    token = token_of(alice)
    etag = get(token)["ETag"]
    confirmed.version, confirmed.place = 2, "Room 4"
    confirmed.save()

    answer = get(token, if_none_match=etag)

    assert answer.status_code == 200
    assert events(answer.content.decode())[0].parts["location"] == "Room 4"


def test_programs_know_the_file_and_may_keep_it_for_its_owner(alice):
    answer = get(token_of(alice))

    assert answer["Content-Type"] == "text/calendar;charset=utf-8"
    assert set(answer["Cache-Control"].split(", ")) == {"private", "no-cache"}
    assert answer["Content-Disposition"] == 'inline; filename="sessions.ics"'


def test_nothing_is_written_to_a_calendar(alice):
    address = reverse("calendar-sessions", args=[token_of(alice)])

    assert [getattr(Client(), method)(address).status_code for method in ("post", "put", "delete")] == [405] * 3
