"""Mails about sessions say when, where and why, to each of the two."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.models import NotificationChoice, User
from mentorship.services.pause import pause_mentorship
from mentorship.services.sessions.cancel import cancel_session, keep_time
from mentorship.services.sessions.propose import propose_times
from mentorship.services.sessions.take import take_time
from tests.factories import NOW, SESSION_STARTS, SESSION_TIMES, MentorshipFactory, SessionFactory, UserFactory
from tests.helpers import kinds, send

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

HOUR = timedelta(hours=1)


@pytest.fixture
def mentorship(alice, bob):
    """Return a mentorship of Alice in Berlin and Bob in Tokyo."""
    bob.profile.timezone = "Asia/Tokyo"
    bob.profile.save()
    return MentorshipFactory(goal__mentee=alice, mentor=bob.mentor)


def texts(mailoutbox, person: User, now=NOW) -> list[str]:
    """Send what is due, and return both texts of the last mail to ``person``, each in one line."""
    send(now)
    message = [message for message in mailoutbox if message.to == [person.email]][-1]
    return [" ".join(text.split()) for text in (message.body, message.alternatives[0].content)]


def test_a_time_names_weekday_date_time_and_zone_of_both(mentorship, alice, mailoutbox):
    session = SessionFactory(mentorship=mentorship, status="confirmed")
    propose_times(session_id=session.pk, by=mentorship.mentor.user, times=SESSION_TIMES[1:], now=NOW)

    for text in texts(mailoutbox, alice):
        for at in (SESSION_STARTS, *SESSION_TIMES[1:]):
            here, there = (at.astimezone(person.profile.zone) for person in (alice, mentorship.mentor.user))
            assert f"{here:%A}, {here.day} {here:%B} {here.year}, {here:%H:%M} (Berlin, Germany, UTC" in text
            assert f"for Bob Baker: {there:%A}, {there.day} {there:%B}, {there:%H:%M} (Tokyo, Japan, UTC+9)" in text


def test_a_late_mail_lists_the_times_to_come_only(mentorship, alice, mailoutbox):
    session = SessionFactory(mentorship=mentorship, times=[SESSION_STARTS + HOUR])
    propose_times(session_id=session.pk, by=mentorship.mentor.user, times=SESSION_TIMES, now=NOW)

    for text in texts(mailoutbox, alice, now=SESSION_TIMES[0]):
        assert f"{SESSION_TIMES[0].astimezone(alice.profile.zone):%A}" not in text
        assert f"{SESSION_TIMES[1].astimezone(alice.profile.zone):%A}" in text


def test_nobody_is_asked_to_choose_among_times_that_are_past(mentorship, mailoutbox):
    session = SessionFactory(mentorship=mentorship)
    propose_times(session_id=session.pk, by=mentorship.mentor.user, times=SESSION_TIMES[:1], now=NOW)

    send(SESSION_TIMES[0])

    assert mailoutbox == []


def test_nobody_is_asked_for_a_time_in_a_paused_mentorship(mentorship, alice, mailoutbox):
    session = SessionFactory(mentorship=mentorship)
    propose_times(session_id=session.pk, by=mentorship.mentor.user, times=SESSION_TIMES[:1], now=NOW)
    pause_mentorship(mentorship_id=mentorship.pk, by=alice, now=NOW)

    send(NOW)

    assert mailoutbox == []


def test_no_late_mail_speaks_of_a_session_that_has_begun_as_one_to_come(mentorship, alice, bob, mailoutbox):
    session = SessionFactory(mentorship=mentorship, times=SESSION_TIMES[:1])
    take_time(session_id=session.pk, by=alice, starts_at=SESSION_STARTS, now=NOW)
    propose_times(session_id=session.pk, by=alice, times=SESSION_TIMES[1:], now=NOW)
    keep_time(session_id=session.pk, by=bob, now=NOW)

    send(SESSION_STARTS)

    assert mailoutbox == []
    assert set(alice.notifications.values_list("kind", "status")) == {
        ("session_confirmed", "skipped"),
        ("session_kept", "skipped"),
        ("session_reminder", "skipped"),
    }


def test_a_digest_leaves_out_what_is_past_when_it_leaves(mentorship, alice, mailoutbox):
    NotificationChoice.objects.create(user=alice, group="sessions", email="digest")
    for times in (SESSION_TIMES[:1], SESSION_TIMES):
        session = SessionFactory(mentorship=mentorship, times=[SESSION_STARTS + HOUR])
        propose_times(session_id=session.pk, by=mentorship.mentor.user, times=times, now=NOW)
    send(NOW)
    assert mailoutbox == []

    send(SESSION_TIMES[0])

    [message] = mailoutbox
    assert message.body.count("proposes times for a session") == 1


def test_a_mail_names_an_address_with_its_zone(mentorship, alice, mailoutbox):
    session = SessionFactory(mentorship=mentorship, place="Main Street 1, Tokyo", place_zone="Asia/Tokyo")

    take_time(session_id=session.pk, by=mentorship.mentee, starts_at=SESSION_STARTS, now=NOW)

    for text in texts(mailoutbox, alice):
        assert "Place: Main Street 1, Tokyo (Tokyo, Japan, UTC+9)" in text


def test_a_mail_says_that_no_place_is_agreed_on(mentorship, alice, mailoutbox):
    session = SessionFactory(mentorship=mentorship, place="")

    take_time(session_id=session.pk, by=mentorship.mentee, starts_at=SESSION_STARTS, now=NOW)

    for text in texts(mailoutbox, alice):
        assert "Place: Not said yet. Agree on it by mail." in text


def test_a_sentence_about_a_session_that_the_admins_cancelled_begins_with_a_capital(mentorship, alice, mailoutbox):
    session = SessionFactory(mentorship=mentorship, status="confirmed")

    cancel_session(session_id=session.pk, by=UserFactory(is_staff=True), now=NOW, as_admin=True)

    plain, page = texts(mailoutbox, alice)
    words = str(session.kind)[0].upper() + str(session.kind)[1:]
    assert f"Hello Alice Archer, {words} with Bob Baker does not take place." in plain
    assert f"{words} with <b>Bob Baker</b> does not take place." in page


def test_a_mail_about_misses_is_true_of_late_cancellations(mentorship, alice, mailoutbox):
    for number in range(4):
        session = SessionFactory(mentorship=mentorship, status="confirmed", starts_at=NOW + (2 + 2 * number) * HOUR)
        cancel_session(session_id=session.pk, by=alice, now=NOW)

    send(NOW)

    [message] = [message for message in mailoutbox if message.subject == "Sessions of yours did not take place"]
    assert "you could not be there, or cancelled less than 24 hours before" in message.body
    assert "Two sessions" not in message.body


def test_the_person_who_wanted_to_move_a_session_learns_that_it_stays(mentorship, alice, bob, mailoutbox):
    session = SessionFactory(mentorship=mentorship, status="confirmed")
    propose_times(session_id=session.pk, by=alice, times=SESSION_TIMES[1:], now=NOW)

    keep_time(session_id=session.pk, by=bob, now=NOW)

    assert (kinds(alice), kinds(bob)) == (["session_kept"], ["session_proposed"])
    for text in texts(mailoutbox, alice):
        assert "stays at its time" in text
        assert f"{SESSION_STARTS.astimezone(alice.profile.zone):%H:%M} (Berlin, Germany, UTC" in text


def test_taking_the_own_times_back_sends_no_mail(mentorship, alice, bob):
    session = SessionFactory(mentorship=mentorship, status="confirmed")
    propose_times(session_id=session.pk, by=alice, times=SESSION_TIMES[1:], now=NOW)

    keep_time(session_id=session.pk, by=alice, now=NOW)

    assert (kinds(alice), kinds(bob)) == ([], ["session_proposed"])


def test_a_later_cancellation_says_more_than_that_it_stays(mentorship, alice, bob):
    session = SessionFactory(mentorship=mentorship, status="confirmed")
    propose_times(session_id=session.pk, by=alice, times=SESSION_TIMES[1:], now=NOW)
    keep_time(session_id=session.pk, by=bob, now=NOW)

    cancel_session(session_id=session.pk, by=bob, now=NOW)

    assert alice.notifications.get(kind="session_kept").status == "skipped"
