"""Two moves of one session at once: the second one waits for the first, and sees what it did."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.exceptions import MoveNotAllowed
from mentorship.services.sessions.attend import say_attendance
from mentorship.services.sessions.cancel import cancel_session
from mentorship.services.sessions.take import take_time
from tests.factories import NOW, SESSION_STARTS, SessionFactory
from tests.helpers import race

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
