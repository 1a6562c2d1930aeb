"""Two moves of one session at once: the second one waits for the first, and sees what it did."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction

from accounts.exceptions import MoveNotAllowed
from accounts.locks import lock_mentor, lock_profile
from accounts.models import User
from mentorship.jobs.attendance import ANSWER_WITHIN, settle_attendance_by_one
from mentorship.locks import lock_session
from mentorship.services.sessions.attend import say_attendance
from mentorship.services.sessions.cancel import cancel_session
from mentorship.services.sessions.take import take_time
from tests.factories import NOW, SESSION_STARTS, SessionFactory
from tests.helpers import Rival, race

pytestmark = pytest.mark.django_db(transaction=True)


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
