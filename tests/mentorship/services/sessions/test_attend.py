"""Both say that they come, and afterwards how it was. Two answers that differ go to the admins."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.exceptions import AboutYourself, MoveNotAllowed
from mentorship.exceptions import NotOneOfTheTwo, SessionHasBegun, SessionNotOver
from mentorship.jobs.attendance import ask_about_attendance, settle_attendance_by_one
from mentorship.services.sessions.attend import say_attendance, say_coming, settle_attendance
from mentorship.services.sessions.cancel import cancel_session
from mentorship.services.sessions.propose import propose_times
from mentorship.services.sessions.take import take_time
from tests.factories import NOW, SESSION_STARTS, SESSION_TIMES, SessionFactory, UserFactory
from tests.helpers import kinds, send

# The defaults of the settings.
ANSWER_WITHIN = timedelta(days=3)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

HOUR = timedelta(hours=1)
OVER = SESSION_STARTS + HOUR


@pytest.fixture
def session():
    return SessionFactory(status="confirmed", mentorship__mentor__user__name="Bob Baker")


def both(session):
    return session.mentorship.mentee, session.mentorship.mentor.user


def say(session, person, answer, now=OVER):
    say_attendance(session_id=session.pk, by=person, answer=answer, now=now)
    session.refresh_from_db()
    return session


def test_a_person_says_that_they_come(session):
    mentee, mentor = both(session)

    say_coming(session_id=session.pk, by=mentee, now=NOW)

    assert [session.bookings.get(person=person).comes_at for person in (mentee, mentor)] == [NOW, None]


def test_nobody_says_that_they_come_once_it_has_begun(session):
    with pytest.raises(SessionHasBegun):
        say_coming(session_id=session.pk, by=session.mentorship.mentee, now=SESSION_STARTS)


def test_nobody_comes_to_a_session_without_a_time():
    session = SessionFactory()

    with pytest.raises(MoveNotAllowed):
        say_coming(session_id=session.pk, by=session.mentorship.mentee, now=NOW)


def test_a_session_that_moves_is_to_be_answered_again(session):
    mentee, mentor = both(session)
    say_coming(session_id=session.pk, by=mentee, now=NOW)
    propose_times(session_id=session.pk, by=mentee, times=SESSION_TIMES[1:], now=NOW)

    take_time(session_id=session.pk, by=mentor, starts_at=SESSION_TIMES[1], now=NOW)

    assert not session.bookings.filter(comes_at__isnull=False).exists()


@pytest.mark.parametrize(
    ("of_mentee", "of_mentor", "status"),
    [
        ("held", "held", "held"),
        ("other_missed", "i_missed", "missed_by_mentor"),
        ("i_missed", "other_missed", "missed_by_mentee"),
        ("moved", "moved", "cancelled"),
    ],
)
def test_two_answers_that_agree_settle_a_session(of_mentee, of_mentor, status, session):
    mentee, mentor = both(session)

    assert say(session, mentee, of_mentee).status == "confirmed"
    assert say(session, mentor, of_mentor).status == status


@pytest.mark.parametrize(("of_mentee", "of_mentor"), [("held", "other_missed"), ("other_missed", "other_missed")])
def test_two_answers_that_differ_are_a_dispute(of_mentee, of_mentor, session):
    mentee, mentor = both(session)
    say(session, mentee, of_mentee)

    say(session, mentor, of_mentor)

    assert (session.status, session.disputed_at) == ("confirmed", OVER)


def test_a_dispute_ends_when_one_of_them_agrees(session):
    mentee, mentor = both(session)
    say(session, mentee, "held")
    say(session, mentor, "other_missed")

    say(session, mentor, "held")

    assert (session.status, session.disputed_at) == ("held", None)


def test_an_admin_settles_a_dispute(session):
    mentee, mentor = both(session)
    say(session, mentee, "held")
    say(session, mentor, "other_missed")

    settle_attendance(session_id=session.pk, by=UserFactory(is_staff=True), status="held", now=OVER)

    session.refresh_from_db()
    assert (session.status, session.disputed_at) == ("held", None)


@pytest.mark.parametrize("side", [0, 1])
def test_an_admin_who_is_one_of_the_two_settles_nothing(side, session):
    with pytest.raises(AboutYourself):
        settle_attendance(session_id=session.pk, by=both(session)[side], status="held", now=OVER)


def test_nobody_says_how_it_was_before_the_end(session):
    with pytest.raises(SessionNotOver):
        say(session, session.mentorship.mentee, "held", now=OVER - timedelta(minutes=1))


def test_a_stranger_says_nothing(session):
    with pytest.raises(NotOneOfTheTwo):
        say(session, UserFactory(), "held")


def test_a_settled_session_takes_no_more_answers(session):
    mentee, mentor = both(session)
    say(session, mentee, "held")
    say(session, mentor, "held")

    with pytest.raises(MoveNotAllowed):
        say(session, mentor, "other_missed")


def test_a_settled_session_has_no_open_times(session):
    mentee, mentor = both(session)
    propose_times(session_id=session.pk, by=mentee, times=SESSION_TIMES[1:], now=NOW)

    say(session, mentee, "held")
    say(session, mentor, "held")

    assert (session.status, session.times.count()) == ("held", 0)


# --- the sweeps -----------------------------------------------------------------------------------------------


def test_both_are_asked_once_after_the_end(session):
    assert ask_about_attendance(now=OVER - timedelta(minutes=1)) == 0
    assert ask_about_attendance(now=OVER) == 1
    assert ask_about_attendance(now=OVER + HOUR) == 0

    assert [kinds(person) for person in both(session)] == [["session_attendance"]] * 2


def test_times_to_move_a_session_are_closed_once_it_is_over(session):
    propose_times(session_id=session.pk, by=session.mentorship.mentee, times=SESSION_TIMES[1:], now=NOW)

    ask_about_attendance(now=OVER)

    session.refresh_from_db()
    assert (session.proposed_by, session.waits_since_at, session.times.count()) == (None, None, 0)


def test_an_answer_before_the_sweep_has_the_other_one_asked(session):
    mentee, mentor = both(session)

    say(session, mentee, "other_missed")

    assert ask_about_attendance(now=OVER + HOUR) == 0
    assert (kinds(mentee), kinds(mentor)) == ([], ["session_attendance"])


def test_one_answer_stands_after_three_days(session):
    ask_about_attendance(now=OVER)
    say(session, session.mentorship.mentee, "other_missed")

    assert settle_attendance_by_one(now=OVER + ANSWER_WITHIN - HOUR) == 0
    assert settle_attendance_by_one(now=OVER + ANSWER_WITHIN) == 1

    session.refresh_from_db()
    assert session.status == "missed_by_mentor"


def test_a_late_answer_stands_three_days_after_it_was_given(session):
    ask_about_attendance(now=OVER)
    said_at = OVER + 2 * ANSWER_WITHIN
    say(session, session.mentorship.mentee, "other_missed", now=said_at)

    assert settle_attendance_by_one(now=said_at + ANSWER_WITHIN - HOUR) == 0
    assert settle_attendance_by_one(now=said_at + ANSWER_WITHIN) == 1


def test_a_changed_answer_begins_its_three_days_anew_and_the_same_one_does_not(session):
    ask_about_attendance(now=OVER)
    mentee = session.mentorship.mentee
    say(session, mentee, "held")
    say(session, mentee, "other_missed", now=OVER + 10 * HOUR)
    say(session, mentee, "other_missed", now=OVER + 20 * HOUR)

    assert settle_attendance_by_one(now=OVER + ANSWER_WITHIN) == 0
    assert settle_attendance_by_one(now=OVER + 10 * HOUR + ANSWER_WITHIN) == 1


def test_a_late_answer_has_the_other_side_asked_once_more(session, mailoutbox):
    mentee, mentor = both(session)
    ask_about_attendance(now=OVER)
    send(OVER)
    late = OVER + ANSWER_WITHIN

    say(session, mentee, "other_missed", now=late)
    say(session, mentee, "held", now=late)
    send(late)

    assert (kinds(mentee), kinds(mentor)) == (["session_attendance"], ["session_attendance"] * 2)
    assert [message.to for message in mailoutbox[2:]] == [[mentor.email]]


def test_an_answer_in_time_has_nobody_asked_again(session):
    ask_about_attendance(now=OVER)

    say(session, session.mentorship.mentee, "held", now=OVER + ANSWER_WITHIN - HOUR)

    assert [kinds(person) for person in both(session)] == [["session_attendance"]] * 2


def test_a_session_without_an_answer_is_not_held(session):
    ask_about_attendance(now=OVER)

    assert settle_attendance_by_one(now=OVER + 10 * ANSWER_WITHIN) == 0

    session.refresh_from_db()
    assert session.status == "confirmed"


def test_a_person_who_answered_is_not_asked(session, mailoutbox):
    ask_about_attendance(now=OVER)
    say(session, session.mentorship.mentee, "held")

    send(OVER)

    assert [message.to for message in mailoutbox] == [[session.mentorship.mentor.user.email]]


# --- reminders ------------------------------------------------------------------------------------------------


def confirmed(starts_at):
    session = SessionFactory(times=[starts_at])
    take_time(session_id=session.pk, by=session.mentorship.mentee, starts_at=starts_at, now=NOW)
    return session


def reminders(session):
    rows = session.mentorship.mentee.notifications.filter(kind="session_reminder", status="pending")
    return [row.due_at for row in rows.order_by("due_at")]


@pytest.mark.parametrize(
    ("ahead", "before"),
    [(100, [72, 24]), (72, [24]), (30, [24]), (20, [3]), (2, [])],
)
def test_a_session_is_reminded_of_as_long_before_as_it_was_planned(ahead, before):
    starts_at = NOW + ahead * HOUR

    assert reminders(confirmed(starts_at)) == [starts_at - hours * HOUR for hours in before]


def test_a_session_that_moves_has_its_reminders_by_the_new_time():
    session = confirmed(NOW + 100 * HOUR)
    moved = NOW + 200 * HOUR
    propose_times(session_id=session.pk, by=session.mentorship.mentee, times=[moved], now=NOW)

    take_time(session_id=session.pk, by=session.mentorship.mentor.user, starts_at=moved, now=NOW)

    assert reminders(session) == [moved - 72 * HOUR, moved - 24 * HOUR]


def test_nobody_is_reminded_of_a_cancelled_session():
    session = confirmed(NOW + 100 * HOUR)

    cancel_session(session_id=session.pk, by=session.mentorship.mentee, now=NOW)

    assert reminders(session) == []
