"""A session is cancelled, kept at its time, or changed; its notes are written."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

import pytest

from accounts.exceptions import MoveNotAllowed
from mentorship.exceptions import (
    BookedAlready,
    ChangedTooOften,
    MentorshipNotActive,
    NotOneOfTheTwo,
    SessionHasBegun,
)
from mentorship.models import Mentorship, SessionNote
from mentorship.services.end import end_mentorship
from mentorship.services.sessions.attend import say_coming
from mentorship.services.sessions.cancel import cancel_session, keep_time
from mentorship.services.sessions.change import CHANGES_A_DAY, change_session, write_own_notes, write_shared_notes
from mentorship.services.sessions.propose import propose_times
from tests.factories import NOW, SESSION_STARTS, SESSION_TIMES, MentorshipFactory, SessionFactory, UserFactory
from tests.helpers import kinds

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
ALLOWED = {
    "proposed": {"confirmed", "cancelled"},
    "confirmed": {"confirmed", "held", "missed_by_mentor", "missed_by_mentee", "cancelled"},
    "held": set(),
    "missed_by_mentor": set(),
    "missed_by_mentee": set(),
    "cancelled": set(),
}


def both(session):
    return [session.mentorship.mentee, session.mentorship.mentor.user]


@pytest.mark.parametrize("status", ["proposed", "confirmed"])
def test_a_cancelled_session_frees_both_and_both_are_told(status):
    session = SessionFactory(status=status)

    cancel_session(session_id=session.pk, by=session.mentorship.mentee, now=NOW)

    session.refresh_from_db()
    assert (session.status, session.cancelled_by, session.cancelled_at) == ("cancelled", session.mentorship.mentee, NOW)
    assert not session.bookings.exists()
    assert not session.times.exists()
    assert [kinds(person) for person in both(session)] == [["session_cancelled"], ["session_cancelled"]]


def test_calendars_learn_of_the_end_by_a_higher_version():
    session = SessionFactory(status="confirmed")

    cancel_session(session_id=session.pk, by=session.mentorship.mentee, now=NOW)

    session.refresh_from_db()
    assert session.version == 2


def test_a_session_that_has_begun_is_not_cancelled():
    session = SessionFactory(status="confirmed")

    with pytest.raises(SessionHasBegun):
        cancel_session(session_id=session.pk, by=session.mentorship.mentee, now=SESSION_STARTS)


def test_a_stranger_cancels_nothing():
    with pytest.raises(NotOneOfTheTwo):
        cancel_session(session_id=SessionFactory().pk, by=UserFactory(), now=NOW)


def test_the_end_of_a_mentorship_cancels_the_sessions_that_come():
    session = SessionFactory(status="confirmed")
    held = SessionFactory(mentorship=session.mentorship, status="held", starts_at=NOW - HOUR)

    end_mentorship(
        mentorship_id=session.mentorship_id,
        by=session.mentorship.mentee,
        status=Mentorship.Status.COMPLETED,
        reason="helped_enough",
        now=NOW,
    )

    session.refresh_from_db()
    held.refresh_from_db()
    assert (session.status, held.status) == ("cancelled", "held")


@pytest.mark.parametrize("side", [0, 1])
def test_a_wish_to_move_is_refused_or_taken_back_and_the_time_stays(side):
    session = SessionFactory(status="confirmed")
    propose_times(session_id=session.pk, by=session.mentorship.mentee, times=SESSION_TIMES[1:], now=NOW)

    keep_time(session_id=session.pk, by=both(session)[side], now=NOW)

    session.refresh_from_db()
    assert (session.status, session.starts_at, session.times.count()) == ("confirmed", SESSION_STARTS, 0)
    assert session.mentorship.mentor.user.notifications.get(kind="session_proposed").status == "skipped"


def test_nothing_is_kept_where_no_time_is_open():
    session = SessionFactory(status="confirmed")

    with pytest.raises(MoveNotAllowed):
        keep_time(session_id=session.pk, by=session.mentorship.mentee, now=NOW)


def change(session, now=NOW, **changes):
    return change_session(session_id=session.pk, by=session.mentorship.mentee, changes=changes, now=now)


def test_another_place_is_a_new_version_and_both_are_told():
    session = SessionFactory(status="confirmed")

    change(session, place="Room 4, Main Street 1, Berlin", place_zone="Europe/Berlin")

    session.refresh_from_db()
    assert (session.place_zone, session.version) == ("Europe/Berlin", 2)
    assert [kinds(person) for person in both(session)] == [["session_confirmed", "session_reminder"]] * 2


@pytest.mark.parametrize("changes", [{"place": "Room 4", "place_zone": "Asia/Tokyo"}, {"minutes": 45}])
def test_people_are_not_asked_again_for_another_place_or_length(changes):
    session = SessionFactory(status="confirmed")
    mentee, mentor = both(session)
    say_coming(session_id=session.pk, by=mentor, now=NOW)

    change(session, **changes)

    assert [session.bookings.get(person=person).comes_at for person in (mentee, mentor)] == [None, NOW]


def test_a_zone_that_comes_after_its_address_is_gone_is_not_kept():
    session = SessionFactory(status="confirmed")

    change(session, place_zone="Asia/Tokyo")

    session.refresh_from_db()
    assert (session.place_zone, session.version) == ("", 1)


def test_a_change_to_the_same_is_none():
    session = SessionFactory(status="confirmed")

    change(session, minutes=session.minutes, place=session.place, place_zone="")

    session.refresh_from_db()
    assert (session.version, kinds(session.mentorship.mentee)) == (1, [])


def test_a_session_is_changed_a_few_times_a_day():
    session = SessionFactory(status="confirmed")
    for number in range(CHANGES_A_DAY):
        change(session, minutes=20 + number, now=NOW + number * MINUTE)
        session.refresh_from_db()
        # Mails that were skipped do not count: nobody read them.
        session.mentorship.mentor.user.notifications.update(status="sent", sent_at=NOW)

    with pytest.raises(ChangedTooOften):
        change(session, minutes=60, now=NOW + HOUR)

    assert change(session, minutes=60, now=NOW + 2 * DAY).minutes == 60


def test_a_longer_session_must_not_meet_the_next_one():
    session = SessionFactory(status="confirmed")
    SessionFactory(
        mentorship=MentorshipFactory(mentor=session.mentorship.mentor, place=2),
        status="confirmed",
        starts_at=SESSION_STARTS + HOUR,
    )

    with pytest.raises(BookedAlready):
        change(session, minutes=90)

    session.refresh_from_db()
    assert (session.minutes, session.bookings.count()) == (60, 2)


def test_nothing_is_changed_in_a_paused_mentorship():
    session = SessionFactory(status="confirmed", mentorship=MentorshipFactory(status="paused"))

    with pytest.raises(MentorshipNotActive):
        change(session, minutes=30)


def test_both_share_one_text_of_notes():
    session = SessionFactory()

    write_shared_notes(session_id=session.pk, by=session.mentorship.mentee, text="Read chapter 2.")

    session.refresh_from_db()
    assert session.shared_notes == "Read chapter 2."


def test_each_has_notes_of_their_own():
    session = SessionFactory()
    mentee, mentor = both(session)

    write_own_notes(session_id=session.pk, by=mentee, text="Mine.")
    write_own_notes(session_id=session.pk, by=mentor, text="His.")
    write_own_notes(session_id=session.pk, by=mentee, text="Mine, longer.")

    assert {(note.author, note.text) for note in SessionNote.objects.all()} == {
        (mentee, "Mine, longer."),
        (mentor, "His."),
    }


@pytest.mark.parametrize("status", ALLOWED)
def test_a_session_has_these_moves_and_no_others(status):
    session, reached = SessionFactory(status=status), set()
    for other in ALLOWED:
        with suppress(MoveNotAllowed):
            session.must_allow(other)
            reached.add(other)

    assert reached == ALLOWED[status]
