"""One-off help becomes ongoing when both agree, in the same place."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Block
from mentorship.exceptions import (
    AlreadyOngoing,
    KeptApart,
    MentorshipNotActive,
    NoOngoingProposal,
    NotOneOfTheTwo,
    NotYourAnswer,
    OngoingProposedAlready,
    PlannedEndNotLater,
    ProposedTooOften,
)
from mentorship.models import Mentorship, SessionKind
from mentorship.services.end import end_mentorship
from mentorship.services.ongoing import agree_to_ongoing, propose_ongoing, refuse_ongoing
from mentorship.services.sessions.propose import propose_session
from tests.factories import NOW, SESSION_TIMES, MentorshipFactory, SessionFactory
from tests.helpers import kinds, send

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

DAY = timedelta(days=1)
UNTIL = (NOW + 100 * DAY).date()


@pytest.fixture
def mentorship(alice, bob):
    return MentorshipFactory(goal__mentee=alice, mentor=bob.mentor, format="one_off")


def propose(mentorship, by, until_on=UNTIL, now=NOW) -> None:
    propose_ongoing(mentorship_id=mentorship.pk, by=by, until_on=until_on, now=now)


def test_an_agreed_proposal_makes_it_ongoing_in_the_same_place(alice, bob, mentorship):
    propose(mentorship, alice)

    agree_to_ongoing(mentorship_id=mentorship.pk, by=bob, now=NOW)

    mentorship.refresh_from_db()
    assert (mentorship.format, mentorship.planned_end_on, mentorship.place) == ("ongoing", UNTIL, 1)
    assert (mentorship.ongoing_by, mentorship.ongoing_until_on, mentorship.ongoing_asked_at) == (None, None, None)


def test_an_agreed_proposal_lets_further_sessions_be_planned(alice, bob, mentorship):
    SessionFactory(mentorship=mentorship, status="held", is_only=True)
    propose(mentorship, bob)

    agree_to_ongoing(mentorship_id=mentorship.pk, by=alice, now=NOW)

    propose_session(
        mentorship_id=mentorship.pk,
        by=alice,
        kind=SessionKind.objects.get(code="cv_review"),
        minutes=30,
        place="",
        place_zone="",
        times=SESSION_TIMES,
        now=NOW,
    )
    assert sorted(mentorship.sessions.values_list("status", "is_only")) == [("held", False), ("proposed", False)]


def test_an_agreed_proposal_starts_the_clocks_of_an_ongoing_mentorship(alice, bob, mentorship):
    propose(mentorship, alice)

    agree_to_ongoing(mentorship_id=mentorship.pk, by=bob, now=NOW + DAY)

    mentorship.refresh_from_db()
    assert (mentorship.quiet_from_at, mentorship.fit_check_due_at) == (NOW + DAY, NOW + 30 * DAY)


def test_without_a_day_the_usual_length_of_the_goal_is_proposed(alice, mentorship):
    propose(mentorship, alice, until_on=None)

    mentorship.refresh_from_db()
    weeks = mentorship.goal.kind.usual_weeks
    assert mentorship.ongoing_until_on == NOW.date() + timedelta(weeks=weeks)


def test_the_other_side_is_asked_and_who_proposed_is_told_of_the_answer(alice, bob, mentorship, mailoutbox):
    propose(mentorship, alice)
    send(NOW)
    agree_to_ongoing(mentorship_id=mentorship.pk, by=bob, now=NOW)
    send(NOW)

    assert [(message.to, message.subject) for message in mailoutbox] == [
        ([bob.email], "Alice Archer would like to go on with you"),
        ([alice.email], "You and Bob Baker go on"),
    ]


def test_a_no_leaves_it_at_one_off_help_and_is_told(alice, bob, mentorship):
    propose(mentorship, alice)

    refuse_ongoing(mentorship_id=mentorship.pk, by=bob, now=NOW)

    mentorship.refresh_from_db()
    assert (mentorship.format, mentorship.ongoing_by, kinds(alice)) == ("one_off", None, ["ongoing_refused"])


def test_a_proposal_that_is_taken_back_is_not_mailed(alice, bob, mentorship, mailoutbox):
    propose(mentorship, alice)

    refuse_ongoing(mentorship_id=mentorship.pk, by=alice, now=NOW)

    send(NOW)
    assert (mailoutbox, kinds(alice)) == ([], [])


def test_one_does_not_agree_to_ones_own_proposal(alice, mentorship):
    propose(mentorship, alice)

    with pytest.raises(NotYourAnswer):
        agree_to_ongoing(mentorship_id=mentorship.pk, by=alice, now=NOW)


@pytest.mark.parametrize("answer", [agree_to_ongoing, refuse_ongoing])
def test_there_is_nothing_to_answer_without_a_proposal(answer, alice, mentorship):
    with pytest.raises(NoOngoingProposal):
        answer(mentorship_id=mentorship.pk, by=alice, now=NOW)


def test_one_proposal_is_open_at_a_time(alice, bob, mentorship):
    propose(mentorship, alice)

    for person in (alice, bob):
        with pytest.raises(OngoingProposedAlready):
            propose(mentorship, person)


def test_an_ongoing_mentorship_does_not_become_ongoing(alice, bob):
    mentorship = MentorshipFactory(goal__mentee=alice, mentor=bob.mentor)

    with pytest.raises(AlreadyOngoing):
        propose(mentorship, alice)


@pytest.mark.parametrize("days", [0, 365])
def test_the_proposed_end_is_ahead_and_within_a_year(days, alice, mentorship):
    with pytest.raises(PlannedEndNotLater):
        propose(mentorship, alice, until_on=(NOW + days * DAY).date())


def test_a_proposed_end_that_has_passed_is_not_agreed_to(alice, bob, mentorship):
    propose(mentorship, alice)

    with pytest.raises(PlannedEndNotLater):
        agree_to_ongoing(mentorship_id=mentorship.pk, by=bob, now=NOW + 101 * DAY)


def test_nobody_else_proposes_or_answers(charlie, alice, mentorship):
    with pytest.raises(NotOneOfTheTwo):
        propose(mentorship, charlie)
    propose(mentorship, alice)
    for answer in (agree_to_ongoing, refuse_ongoing):
        with pytest.raises(NotOneOfTheTwo):
            answer(mentorship_id=mentorship.pk, by=charlie, now=NOW)


def test_no_proposal_passes_between_two_who_are_kept_apart(alice, bob, mentorship, mailoutbox):
    propose(mentorship, alice)
    Block.objects.create(blocker=bob, blocked=alice)

    with pytest.raises(KeptApart):
        agree_to_ongoing(mentorship_id=mentorship.pk, by=bob, now=NOW)
    send(NOW)
    assert mailoutbox == []


@pytest.mark.parametrize("status", ["paused", "completed"])
def test_nothing_is_proposed_unless_the_mentorship_is_active(status, alice):
    mentorship = MentorshipFactory(goal__mentee=alice, format="one_off", status=status)

    with pytest.raises(MentorshipNotActive):
        propose(mentorship, alice)


def test_the_other_side_is_asked_three_times_a_day_at_most(alice, bob, mentorship, mailoutbox):
    for minute in range(3):
        propose(mentorship, alice, now=NOW + timedelta(minutes=minute))
        send(NOW + timedelta(minutes=minute))
        refuse_ongoing(mentorship_id=mentorship.pk, by=bob, now=NOW + timedelta(minutes=minute))

    with pytest.raises(ProposedTooOften):
        propose(mentorship, alice, now=NOW + timedelta(minutes=9))


def test_the_end_closes_a_proposal(alice, bob, mentorship):
    propose(mentorship, alice)

    end_mentorship(mentorship_id=mentorship.pk, by=bob, status="ended_early", reason="no_time", now=NOW)

    assert Mentorship.objects.get().ongoing_by is None


def test_a_proposal_to_go_on_cannot_be_stored_for_an_ongoing_mentorship(alice):
    name = "mentorship_may_become_ongoing_while_one_off_and_running"
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        MentorshipFactory(goal__mentee=alice, ongoing_by=alice, ongoing_until_on=UNTIL, ongoing_asked_at=NOW)


def test_a_kind_of_goal_that_takes_years_is_proposed_for_one(mentorship, alice):
    kind = mentorship.goal.kind
    kind.usual_weeks = 80
    kind.save()

    propose(mentorship, alice, until_on=None)

    mentorship.refresh_from_db()
    assert mentorship.ongoing_until_on == (NOW + timedelta(weeks=52)).date()
