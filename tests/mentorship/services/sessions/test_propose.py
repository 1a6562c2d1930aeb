"""A session is proposed with times to choose from, and the other side is asked."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts.exceptions import MoveNotAllowed
from accounts.models import Block, User
from mentorship.exceptions import (
    KeptApart,
    MentorshipNotActive,
    NotOneOfTheTwo,
    OneSessionOnly,
    ProposedTooOften,
    SessionHasBegun,
    TimesNotPossible,
    TooManySessions,
)
from mentorship.models import Session, SessionKind, SessionTime
from mentorship.services.sessions.cancel import cancel_session
from mentorship.services.sessions.propose import propose_session, propose_times
from mentorship.services.sessions.times import AHEAD_MAX, PROPOSALS_A_DAY
from tests.factories import NOW, SESSION_STARTS, MentorshipFactory, SessionFactory, UserFactory
from tests.helpers import kinds

# The default of the setting.
OPEN_MAX = 3

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

HOUR = timedelta(hours=1)
TIMES = [SESSION_STARTS, SESSION_STARTS + HOUR]


@pytest.fixture
def mentorship():
    return MentorshipFactory()


def propose(mentorship, by=None, times=TIMES, now=NOW, **facts):
    facts = {"kind": SessionKind.objects.get(code="intro_call"), "minutes": 30, "place": "", "place_zone": ""} | facts
    return propose_session(mentorship_id=mentorship.pk, by=by or mentorship.mentee, times=times, now=now, **facts)


@pytest.mark.parametrize("side", ["mentee", "mentor"])
def test_either_proposes_and_the_other_is_asked(side, mentorship):
    sides = {"mentee": mentorship.mentee, "mentor": mentorship.mentor.user}
    other = sides["mentor" if side == "mentee" else "mentee"]

    session = propose(mentorship, by=sides[side])

    assert [time.starts_at for time in session.times.all()] == TIMES
    assert (session.status, session.proposed_by, session.waits_since_at) == ("proposed", sides[side], NOW)
    assert (kinds(sides[side]), kinds(other)) == ([], ["session_proposed"])


def test_a_stranger_proposes_nothing(mentorship):
    with pytest.raises(NotOneOfTheTwo):
        propose(mentorship, by=UserFactory())


@pytest.mark.parametrize("status", ["paused", "completed", "ended_early"])
def test_no_session_is_planned_in_a_mentorship_that_is_not_active(status):
    with pytest.raises(MentorshipNotActive):
        propose(MentorshipFactory(status=status))


def test_no_session_is_planned_after_a_block(mentorship):
    Block.objects.create(blocker=mentorship.mentee, blocked=mentorship.mentor.user)

    with pytest.raises(KeptApart):
        propose(mentorship)


@pytest.mark.parametrize("side", ["mentee", "mentor"])
def test_no_session_is_planned_with_somebody_who_left(side, mentorship):
    mentee, mentor = mentorship.mentee, mentorship.mentor.user
    gone, by = (mentor, mentee) if side == "mentor" else (mentee, mentor)
    User.objects.filter(pk=gone.pk).update(is_active=False)

    with pytest.raises(KeptApart):
        propose(mentorship, by=by)


def test_a_second_click_returns_the_session_of_the_first(mentorship):
    first = propose(mentorship)

    assert propose(mentorship, times=TIMES[::-1], now=NOW + timedelta(seconds=1)) == first
    assert kinds(mentorship.mentor.user) == ["session_proposed"]


@pytest.mark.parametrize("other", [{"minutes": 45}, {"place": "Room 4"}, {"times": TIMES[:1]}])
def test_another_proposal_is_another_session(other, mentorship):
    assert propose(mentorship, **other) != propose(mentorship)


def test_both_may_propose_the_same(mentorship):
    assert propose(mentorship, by=mentorship.mentor.user) != propose(mentorship)


def test_a_second_click_on_other_times_asks_once(mentorship):
    session = SessionFactory(mentorship=mentorship)
    for second in range(2):
        now = NOW + timedelta(seconds=second)
        propose_times(session_id=session.pk, by=mentorship.mentee, times=TIMES, now=now)

    session.refresh_from_db()
    assert session.waits_since_at == NOW
    assert kinds(mentorship.mentor.user) == ["session_proposed"]


@pytest.mark.parametrize(
    ("times", "sentence"),
    [
        ([], "one to 5 times"),
        ([SESSION_STARTS + number * HOUR for number in range(6)], "one to 5 times"),
        ([SESSION_STARTS, SESSION_STARTS], "twice"),
        ([NOW], "past"),
        ([NOW - HOUR, SESSION_STARTS], "past"),
        ([NOW + AHEAD_MAX + HOUR], "at the latest"),
    ],
)
def test_impossible_times_are_refused_with_a_sentence(times, sentence, mentorship):
    with pytest.raises(TimesNotPossible, match=sentence):
        propose(mentorship, times=times)

    assert not Session.objects.exists()


def test_one_off_help_has_one_session():
    mentorship = MentorshipFactory(format="one_off")
    propose(mentorship)

    with pytest.raises(OneSessionOnly):
        propose(mentorship, times=TIMES[1:])


@pytest.mark.parametrize("status", ["cancelled", "missed_by_mentor", "missed_by_mentee"])
def test_one_off_help_gets_another_session_in_place_of_one_that_was_not_held(status):
    mentorship = MentorshipFactory(format="one_off")
    SessionFactory(mentorship=mentorship, status=status, is_only=True)

    assert propose(mentorship).is_only


def test_the_database_refuses_a_second_session_of_one_off_help():
    mentorship = MentorshipFactory(format="one_off")
    SessionFactory(mentorship=mentorship, is_only=True)

    with pytest.raises(IntegrityError), transaction.atomic():
        SessionFactory(mentorship=mentorship, is_only=True)


def test_sessions_without_a_time_are_limited(mentorship):
    for number in range(OPEN_MAX):
        propose(mentorship, minutes=30 + number)

    with pytest.raises(TooManySessions):
        propose(mentorship, minutes=60)


def test_a_person_is_asked_for_times_a_few_times_a_day(mentorship):
    session = propose(mentorship)
    for number in range(1, PROPOSALS_A_DAY):
        # Mails that were skipped do not count: nobody read them.
        mentorship.mentor.user.notifications.update(status="sent", sent_at=NOW)
        times = [SESSION_STARTS + number * HOUR]
        propose_times(session_id=session.pk, by=mentorship.mentee, times=times, now=NOW + number * HOUR)
    mentorship.mentor.user.notifications.update(status="sent", sent_at=NOW)

    with pytest.raises(ProposedTooOften):
        propose_times(session_id=session.pk, by=mentorship.mentee, times=TIMES, now=NOW + PROPOSALS_A_DAY * HOUR)


def test_proposing_and_taking_back_again_and_again_is_limited(mentorship):
    for number in range(PROPOSALS_A_DAY):
        # The question is skipped before it leaves, and the other side reads of the end.
        session = propose(mentorship, now=NOW + number * HOUR)
        cancel_session(session_id=session.pk, by=mentorship.mentee, now=NOW + number * HOUR)

    with pytest.raises(ProposedTooOften):
        propose(mentorship, now=NOW + PROPOSALS_A_DAY * HOUR)

    assert propose(mentorship, by=mentorship.mentor.user, now=NOW + PROPOSALS_A_DAY * HOUR).status == "proposed"


def test_other_times_take_the_place_of_the_open_ones_and_the_turn_changes():
    session = SessionFactory()
    mentee = session.mentorship.mentee
    times = [SESSION_STARTS + timedelta(days=7)]

    propose_times(session_id=session.pk, by=mentee, times=times, now=NOW)

    session.refresh_from_db()
    assert [time.starts_at for time in session.times.all()] == times
    assert session.proposed_by == mentee
    assert kinds(session.mentorship.mentor.user) == ["session_proposed"]


def test_a_confirmed_session_keeps_its_time_until_another_one_is_taken():
    session = SessionFactory(status="confirmed")

    propose_times(session_id=session.pk, by=session.mentorship.mentee, times=[SESSION_STARTS + HOUR], now=NOW)

    session.refresh_from_db()
    assert (session.status, session.starts_at, session.bookings.count()) == ("confirmed", SESSION_STARTS, 2)


def test_no_other_times_are_proposed_once_the_session_has_begun():
    session = SessionFactory(status="confirmed")

    with pytest.raises(SessionHasBegun):
        propose_times(
            session_id=session.pk,
            by=session.mentorship.mentee,
            times=[SESSION_STARTS + HOUR],
            now=SESSION_STARTS,
        )


@pytest.mark.parametrize("status", ["held", "missed_by_mentor", "missed_by_mentee", "cancelled"])
def test_no_times_are_proposed_for_a_session_that_is_over(status):
    session = SessionFactory(status=status)

    with pytest.raises(MoveNotAllowed):
        propose_times(session_id=session.pk, by=session.mentorship.mentee, times=TIMES, now=NOW)


def test_the_database_refuses_a_sixth_time():
    session = SessionFactory()

    with pytest.raises(IntegrityError), transaction.atomic():
        SessionTime.objects.create(session=session, number=6, starts_at=NOW)
