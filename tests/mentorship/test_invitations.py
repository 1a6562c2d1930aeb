"""Mails about sessions carry what calendars need: invitations, changes and cancellations."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.core import mail

from accounts.models import Block
from mentorship.services.end import end_mentorship
from mentorship.services.sessions.cancel import cancel_session
from mentorship.services.sessions.change import change_session
from mentorship.services.sessions.propose import propose_times
from mentorship.services.sessions.take import take_time
from tests.factories import NOW, SESSION_STARTS, SESSION_TIMES, GoalFactory, MentorshipFactory, SessionFactory
from tests.helpers import send
from tests.mentorship.calendars import calendar_of, parsed, parts_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

LATER = NOW + timedelta(hours=1)


@pytest.fixture
def session(alice, bob):
    """Return a session that Bob, the mentor in Lima, proposed to Alice in Berlin."""
    bob.profile.timezone = "America/Lima"
    bob.profile.save()
    return SessionFactory(mentorship=MentorshipFactory(goal=GoalFactory(mentee=alice), mentor=bob.mentor))


@pytest.fixture
def confirmed(session, alice):
    take(session, by=alice)
    sent()
    return session


def take(session, *, by, starts_at=SESSION_STARTS, now=NOW):
    take_time(session_id=session.pk, by=by, starts_at=starts_at, now=now)


def sent(now=NOW):
    """Send what is due, and return the new mails as their readers get them, by address."""
    send(now)
    mails = {message.to[0]: parsed(message) for message in mail.outbox}
    mail.outbox.clear()
    return mails


def test_a_confirmed_session_is_an_invitation_to_both(session, alice, bob):
    take(session, by=alice)

    mails = sent()

    events = {person: calendar_of(mails[person.email]) for person in (alice, bob)}
    for event in events.values():
        assert (event.method, event.starts_at, event.parts["sequence"]) == ("REQUEST", SESSION_STARTS, "0")
        assert event.parts["uid"] == str(session.uuid)
        assert set(event.people) == {alice.email, bob.email}
    assert {person: event.zone for person, event in events.items()} == {alice: "Europe/Berlin", bob: "America/Lima"}


def test_each_side_reads_the_other_name_and_the_own_preparation(session, alice, bob):
    kind = session.kind
    take(session, by=alice)

    mails = sent()

    to_mentee, to_mentor = (calendar_of(mails[person.email]).parts for person in (alice, bob))
    assert to_mentee["summary"] == f"A mock interview with {bob.name}"
    assert to_mentor["summary"] == f"A mock interview with {alice.name}"
    assert kind.mentee_prepares in to_mentee["description"]
    assert kind.mentor_prepares in to_mentor["description"]
    assert kind.mentee_prepares not in to_mentor["description"]


def test_the_link_in_a_calendar_asks_for_a_login(session, alice):
    take(session, by=alice)

    event = calendar_of(sent()[alice.email])

    assert event.parts["url"] == f"http://testserver/sessions/{session.uuid}/"
    assert event.parts["url"] in event.parts["description"]
    assert "/session/" not in event.parts["description"]


def test_the_part_has_one_charset_and_the_method_and_a_file_has_the_same(session, alice):
    take(session, by=alice)

    message = sent()[alice.email]

    [part], [file] = parts_of(message, "text/calendar"), parts_of(message, "application/ics")
    assert str(part["Content-Type"]) == 'text/calendar; method="REQUEST"; charset="utf-8"'
    assert message.as_bytes().lower().count(b"text/calendar") == 1
    assert file.get_filename() == "invite.ics"
    assert file.get_payload(decode=True) == part.get_payload(decode=True)
    assert [part.get_content_type() for part in message.walk()] == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "text/html",
        "text/calendar",
        "application/ics",
    ]


def test_a_moved_session_keeps_its_identifier_and_raises_the_sequence(confirmed, alice, bob):
    propose_times(session_id=confirmed.pk, by=bob, times=SESSION_TIMES[1:], now=LATER)
    take(confirmed, by=alice, starts_at=SESSION_TIMES[1], now=LATER)

    event = calendar_of(sent(LATER)[bob.email])

    assert (event.method, event.parts["uid"]) == ("REQUEST", str(confirmed.uuid))
    assert (event.starts_at, event.parts["sequence"]) == (SESSION_TIMES[1], "1")


@pytest.mark.parametrize(
    ("change", "read_back"),
    [
        ({"place": "Room 4", "place_zone": "Europe/Berlin"}, {"location": "Room 4"}),
        ({"minutes": 90}, {"minutes": 90}),
    ],
)
def test_another_place_or_length_raises_the_sequence(change, read_back, confirmed, alice):
    change_session(session_id=confirmed.pk, by=alice, changes=change, now=LATER)

    event = calendar_of(sent(LATER)[alice.email])

    minutes = (event.ends_at - event.starts_at) // timedelta(minutes=1)
    assert event.parts["sequence"] == "1"
    assert read_back.items() <= (event.parts | {"minutes": minutes}).items()


def test_a_cancelled_session_leaves_both_calendars(confirmed, alice, bob):
    cancel_session(session_id=confirmed.pk, by=bob, now=LATER)

    for message in sent(LATER).values():
        event = calendar_of(message)
        assert (event.method, event.parts["status"]) == ("CANCEL", "CANCELLED")
        assert (event.parts["uid"], event.parts["sequence"]) == (str(confirmed.uuid), "1")


def test_the_end_of_a_mentorship_takes_its_sessions_out_of_the_calendars(confirmed, alice, bob):
    end_mentorship(
        mentorship_id=confirmed.mentorship_id, by=alice, status="completed", reason="helped_enough", now=LATER
    )
    send(LATER)

    methods = [
        calendar_of(message).method for message in map(parsed, mail.outbox) if parts_of(message, "text/calendar")
    ]
    assert methods == ["CANCEL", "CANCEL"]


def test_a_session_that_was_never_confirmed_is_not_cancelled_in_calendars(session, alice):
    cancel_session(session_id=session.pk, by=alice, now=NOW)

    assert [parts_of(message, "text/calendar") for message in sent().values()] == [[], []]


def test_times_to_choose_from_are_no_invitation(confirmed, alice, bob):
    propose_times(session_id=confirmed.pk, by=bob, times=SESSION_TIMES[1:], now=LATER)

    assert parts_of(sent(LATER)[alice.email], "text/calendar") == []


def test_a_cancellation_after_a_block_names_no_address_and_no_place(confirmed, alice, bob):
    Block.objects.create(blocker=bob, blocked=alice)
    cancel_session(session_id=confirmed.pk, by=bob, now=LATER)

    event = calendar_of(sent(LATER)[alice.email])

    assert list(event.people) == [alice.email]
    assert "location" not in event.parts
    assert event.parts["summary"] == f"A mock interview with {bob.name}"


def test_mails_that_wait_do_not_ask_or_invite_two_who_are_kept_apart(session, alice, bob):
    take(session, by=alice)
    other = SessionFactory(mentorship=session.mentorship)
    propose_times(session_id=other.pk, by=bob, times=SESSION_TIMES[1:], now=NOW)
    Block.objects.create(blocker=bob, blocked=alice)

    # The sweep over sessions of two who are kept apart has not come by yet.
    assert sent() == {}
    assert sent(SESSION_STARTS - timedelta(hours=24)) == {}


def test_the_organizer_of_all_versions_is_the_community(confirmed, alice, settings):
    cancel_session(session_id=confirmed.pk, by=alice, now=LATER)

    address = settings.DEFAULT_FROM_EMAIL.partition("<")[2].strip(">")
    assert {calendar_of(message).parts["organizer"] for message in sent(LATER).values()} == {f"mailto:{address}"}


def test_an_invitation_is_in_the_zone_that_its_reader_has_now(session, alice):
    alice.profile.timezone = "Asia/Kathmandu"
    alice.profile.save()
    take(session, by=alice)

    event = calendar_of(sent()[alice.email])

    assert (event.zone, event.starts_at) == ("Asia/Kathmandu", SESSION_STARTS)


def test_a_reminder_is_no_second_invitation(confirmed, alice):
    later = SESSION_STARTS - timedelta(hours=24)
    with time_machine.travel(later, tick=False):
        message = sent(later)[alice.email]

    assert parts_of(message, "text/calendar") == []
