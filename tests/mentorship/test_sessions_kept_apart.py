"""Sessions of two who may not meet any more are cancelled, and both are told without a name to blame."""

from __future__ import annotations

import pytest

from accounts.models import Block, MentorProfile, User
from mentorship.jobs.kept_apart import cancel_kept_apart
from tests.factories import NOW, SESSION_STARTS, SessionFactory
from tests.helpers import kinds, send
from tests.matching.helpers import exclude

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]


def block(session):
    Block.objects.create(blocker=session.mentorship.mentee, blocked=session.mentorship.mentor.user)


PARTINGS = {
    "a block": block,
    "an exclusion": lambda session: exclude(session.mentorship.mentee, session.mentorship.mentor.user),
    "a suspension": lambda session: MentorProfile.objects.update(status="suspended"),
    "a mentee who left": lambda session: User.objects.filter(pk=session.mentorship.mentee_id).update(is_active=False),
    "a mentor who left": lambda session: User.objects.filter(pk=session.mentorship.mentor.user_id).update(
        is_active=False
    ),
}


@pytest.mark.parametrize("parting", PARTINGS)
@pytest.mark.parametrize("status", ["proposed", "confirmed"])
def test_sessions_to_come_are_cancelled(status, parting):
    session = SessionFactory(status=status)
    PARTINGS[parting](session)

    assert cancel_kept_apart(now=NOW) == 1
    assert cancel_kept_apart(now=NOW) == 0

    session.refresh_from_db()
    assert (session.status, session.cancelled_by) == ("cancelled", None)
    assert not session.bookings.exists()


def test_sessions_of_others_stay():
    SessionFactory(status="confirmed")

    assert cancel_kept_apart(now=NOW) == 0


def test_a_session_that_has_begun_stays():
    session = SessionFactory(status="confirmed")
    block(session)

    assert cancel_kept_apart(now=SESSION_STARTS) == 0


def test_the_mail_says_that_it_does_not_take_place(mailoutbox):
    session = SessionFactory(status="confirmed")
    block(session)
    cancel_kept_apart(now=NOW)

    send(NOW)

    assert kinds(session.mentorship.mentee) == ["session_cancelled"]
    assert len(mailoutbox) == 2
    assert all("does not take place" in message.body for message in mailoutbox)
