"""One of the proposed times is taken: both are booked, and nobody is booked twice at once."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connections

from accounts.exceptions import MoveNotAllowed
from mentorship.exceptions import BookedAlready, NotOneOfTheTwo, NotYourAnswer, TimeNotProposed
from mentorship.models import Booking, Session
from mentorship.services.sessions.propose import propose_times
from mentorship.services.sessions.take import take_time
from tests.factories import (
    NOW,
    SESSION_STARTS,
    SESSION_TIMES,
    MentorFactory,
    MentorshipFactory,
    SessionFactory,
    UserFactory,
)
from tests.helpers import kinds

HOUR = timedelta(hours=1)


def take(session, by=None, starts_at=SESSION_STARTS, now=NOW):
    return take_time(session_id=session.pk, by=by or session.mentorship.mentee, starts_at=starts_at, now=now)


@pytest.mark.django_db
@pytest.mark.usefixtures("rung")
class TestTake:
    def test_the_session_is_confirmed_and_both_are_booked_and_invited(self):
        session = SessionFactory()

        take(session)

        session.refresh_from_db()
        both = [session.mentorship.mentee, session.mentorship.mentor.user]
        assert (session.status, session.starts_at, session.version) == ("confirmed", SESSION_STARTS, 1)
        assert {booking.person for booking in session.bookings.all()} == set(both)
        assert not session.times.exists()
        assert [kinds(person) for person in both] == [["session_confirmed", "session_reminder"]] * 2

    def test_the_proposer_of_the_times_does_not_choose(self):
        session = SessionFactory()

        with pytest.raises(NotYourAnswer):
            take(session, by=session.mentorship.mentor.user)

    def test_a_stranger_does_not_choose(self):
        with pytest.raises(NotOneOfTheTwo):
            take(SessionFactory(), by=UserFactory())

    def test_another_time_than_the_proposed_ones_is_refused(self):
        with pytest.raises(TimeNotProposed):
            take(SessionFactory(), starts_at=SESSION_STARTS + HOUR)

    def test_a_time_that_is_past_by_now_is_refused(self):
        with pytest.raises(TimeNotProposed):
            take(SessionFactory(), now=SESSION_STARTS)

    def test_a_second_answer_finds_no_open_time(self):
        session = SessionFactory()
        take(session)

        with pytest.raises(MoveNotAllowed):
            take(session)

    def test_a_session_that_is_moved_is_the_same_with_a_new_version(self):
        session = SessionFactory(status="confirmed")
        mentee, mentor = session.mentorship.mentee, session.mentorship.mentor.user
        propose_times(session_id=session.pk, by=mentee, times=SESSION_TIMES[1:], now=NOW)

        take(session, by=mentor, starts_at=SESSION_TIMES[1])

        session.refresh_from_db()
        assert (session.starts_at, session.version, Session.objects.count()) == (SESSION_TIMES[1], 2, 1)
        assert {booking.during.lower for booking in session.bookings.all()} == {SESSION_TIMES[1]}

    @pytest.mark.parametrize("side", ["mentee", "mentor"])
    def test_nobody_is_booked_twice_at_once_in_either_role(self, side):
        other = SessionFactory(status="confirmed", starts_at=SESSION_STARTS + HOUR / 2)
        mentorship = other.mentorship
        if side == "mentor":
            session = SessionFactory(mentorship=MentorshipFactory(mentor=mentorship.mentor, place=2))
        else:
            # The mentor of the other session is a mentee here.
            session = SessionFactory(mentorship=MentorshipFactory(goal__mentee=mentorship.mentor.user))

        with pytest.raises(BookedAlready):
            take(session)

        session.refresh_from_db()
        assert (session.status, session.times.count(), session.bookings.count()) == ("proposed", 2, 0)

    def test_a_session_may_begin_when_another_one_ends(self):
        other = SessionFactory(status="confirmed", starts_at=SESSION_STARTS - HOUR)
        session = SessionFactory(mentorship=MentorshipFactory(mentor=other.mentorship.mentor, place=2))

        assert take(session).status == "confirmed"


@pytest.mark.django_db(transaction=True)
def test_one_of_fifty_takes_an_hour_and_the_others_read_why():
    mentor = MentorFactory(capacity=10)
    mentorships = [MentorshipFactory(mentor=mentor, place=place) for place in range(1, 11)]
    sessions = [SessionFactory(mentorship=mentorship) for mentorship in mentorships for _ in range(5)]
    results: list[object] = []

    def answer(session: Session) -> None:
        try:
            results.append(take(session).status)
        except BookedAlready as refusal:
            results.append(type(refusal))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=answer, args=(session,)) for session in sessions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert results.count("confirmed") == 1
    assert results.count(BookedAlready) == 49
    assert Booking.objects.filter(person=mentor.user).count() == 1
