"""Two moves of one session at once: the second one waits for the first, and sees what it did."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction

from accounts.exceptions import MoveNotAllowed
from accounts.locks import lock_mentor, lock_profile
from accounts.models import User
from mentorship.jobs.attendance import settle_attendance_by_one
from mentorship.locks import lock_session
from mentorship.models import Session, SessionKind
from mentorship.services.sessions.attend import say_attendance
from mentorship.services.sessions.cancel import cancel_session
from mentorship.services.sessions.propose import propose_session, propose_times
from mentorship.services.sessions.take import take_time
from tests.factories import NOW, SESSION_STARTS, SESSION_TIMES, MentorshipFactory, SessionFactory
from tests.helpers import Rival, kinds, race
from tests.moves import end

# The defaults of the settings.
ANSWER_WITHIN = timedelta(days=3)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("rung")]


def test_a_time_is_not_taken_of_a_session_that_is_being_cancelled():
    session = SessionFactory()
    facts = {"session_id": session.pk, "now": NOW}

    rival = race(
        lambda: cancel_session(by=session.mentorship.mentor.user, **facts),
        lambda: take_time(by=session.mentorship.mentee, starts_at=SESSION_STARTS, **facts),
    )

    with pytest.raises(MoveNotAllowed):
        rival.finish()
    assert not session.bookings.exists()


def test_two_answers_at_once_see_each_other():
    session = SessionFactory(status="confirmed")
    facts = {"session_id": session.pk, "now": SESSION_STARTS + timedelta(hours=2)}

    race(
        lambda: say_attendance(by=session.mentorship.mentee, answer="held", **facts),
        lambda: say_attendance(by=session.mentorship.mentor.user, answer="held", **facts),
    ).finish()

    session.refresh_from_db()
    assert session.status == "held"


def test_two_clicks_at_once_propose_one_session():
    mentorship = MentorshipFactory()
    facts = {"kind": SessionKind.objects.get(code="intro_call"), "minutes": 30, "place": "", "place_zone": ""}
    facts |= {"mentorship_id": mentorship.pk, "by": mentorship.mentee, "times": SESSION_TIMES, "now": NOW}

    rival = race(lambda: propose_session(**facts), lambda: propose_session(**facts))

    assert rival.finish() == Session.objects.get()
    assert kinds(mentorship.mentor.user) == ["session_proposed"]


def test_two_clicks_at_once_propose_other_times_once():
    session = SessionFactory()
    facts = {"session_id": session.pk, "by": session.mentorship.mentee, "times": [SESSION_STARTS]}

    race(
        lambda: propose_times(now=NOW, **facts),
        lambda: propose_times(now=NOW + timedelta(seconds=1), **facts),
    ).finish()

    assert kinds(session.mentorship.mentor.user) == ["session_proposed"]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"minutes": 45}, {"place": "Main Street 1", "place_zone": "Asia/Tokyo"}),
        ({"place": "Main Street 1", "place_zone": "Asia/Tokyo"}, {"minutes": 45}),
    ],
)
def test_two_changes_of_different_fields_at_once_are_both_kept(first, second, api, alice, bob):
    mentorship = MentorshipFactory(goal__mentee=alice, mentor=bob.mentor)
    session = SessionFactory(mentorship=mentorship, place="https://meet.example.org/room")
    address = f"/api/v1/sessions/{session.uuid}/"

    race(lambda: api(alice).patch(address, first), lambda: api(bob).patch(address, second)).finish()

    session.refresh_from_db()
    assert (session.minutes, session.place, session.place_zone) == (45, "Main Street 1", "Asia/Tokyo")


def test_the_end_of_a_mentorship_takes_its_locks_in_the_order_of_all():
    session = SessionFactory(status="confirmed", starts_at=NOW + timedelta(hours=2))
    mentorship = session.mentorship

    with transaction.atomic():
        # As a move of a session does.
        lock_profile(mentorship.mentee_id)
        rival = Rival(lambda: end(mentorship))
        rival.wait_until_blocked()
        lock_session(session.pk, by=mentorship.mentee)

    assert rival.finish().status == "ended_early"


@pytest.mark.parametrize("side", ["mentor", "mentee"])
def test_the_sweep_over_answers_takes_its_locks_in_the_order_of_all(side):
    session = SessionFactory(status="confirmed")
    mentorship = session.mentorship
    for hours in (2, 4, 6):
        starts_at = SESSION_STARTS - timedelta(hours=hours)
        SessionFactory(mentorship=mentorship, status=f"missed_by_{side}", starts_at=starts_at)
    over = SESSION_STARTS + timedelta(hours=2)
    witness = mentorship.mentee
    answer = {"mentor": "other_missed", "mentee": "i_missed"}[side]
    say_attendance(session_id=session.pk, by=witness, answer=answer, now=over)

    with transaction.atomic():
        # As a move of these two does. The sweep pauses the one who missed a fourth session, and so locks them too.
        lock_profile(mentorship.mentee_id)
        lock_mentor(mentorship.mentor_id)
        rival = Rival(lambda: settle_attendance_by_one(now=over + ANSWER_WITHIN))
        rival.wait_until_blocked()
        lock_session(session.pk, by=witness)

    assert rival.finish() == 1


def test_a_booking_waits_for_another_one_of_the_same_person():
    session = SessionFactory()
    mentee = session.mentorship.mentee

    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=mentee.pk)
        rival = Rival(lambda: take_time(session_id=session.pk, by=mentee, starts_at=SESSION_STARTS, now=NOW))
        rival.wait_until_blocked()

    assert rival.finish().status == "confirmed"
