"""Handovers that meet other moves: each waits for the locks, and decides by what it then finds."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import transaction

from accounts.jobs.pauses import resume_mentoring
from accounts.locks import lock_mentor
from accounts.services.mentors import lift_suspension
from matching.exceptions import HandoverOver, NamedMentorNotEligible
from matching.jobs.handovers import end_unanswered_handovers, open_new_handovers
from matching.models import Handover, HelpRequest
from matching.services.hand_over import hand_over
from matching.services.wait_for_mentor import wait_for_mentor
from mentorship.models import Mentorship
from tests.factories import NOW, HandoverFactory, HelpRequestFactory, MatchFactory, MentorFactory, MentorshipFactory
from tests.helpers import Rival, race
from tests.moves import WHY, accept

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("rung")]

GONE = {"status": "suspended"}
PAUSED = {"status": "paused", "pause_cause": "own_wish", "paused_until_on": date(2027, 1, 25)}


def handover_from(mentor, **facts) -> Handover:
    request = HelpRequestFactory(status="matched")
    mentorship = MentorshipFactory(goal=request.goal, mentor=mentor)
    MatchFactory(help_request=request, mentor=mentor, status="accepted", mentorship=mentorship)
    cause = "suspended" if mentor.status == "suspended" else "paused"
    return HandoverFactory(mentorship=mentorship, cause=cause, **facts)


def choose(handover, successor=None):
    return hand_over(
        handover_id=handover.pk,
        by=handover.mentorship.mentee,
        now=NOW,
        mentor_id=successor.pk if successor else None,
        why_you=WHY if successor else "",
    )


def wait(handover):
    return wait_for_mentor(handover_id=handover.pk, by=handover.mentorship.mentee, now=NOW)


def lift(handover):
    return lift_suspension(mentor_id=handover.mentorship.mentor_id, by=None, reason="A mistake.", now=NOW)


def unchanged(handover) -> bool:
    handover.refresh_from_db()
    opened = HelpRequest.objects.filter(copied_from__isnull=False).exists()
    return handover.choice == "" and handover.mentorship.status == "active" and not opened


def test_a_successor_whose_last_place_was_taken_meanwhile_is_not_asked():
    handover, successor = handover_from(MentorFactory(**GONE)), MentorFactory(capacity=1)
    rivals_match = MatchFactory(mentor=successor, status="asked")

    rival = race(lambda: accept(rivals_match), lambda: choose(handover, successor))

    with pytest.raises(NamedMentorNotEligible):
        rival.finish()
    assert unchanged(handover)


@pytest.mark.parametrize("asks", [True, False])
def test_a_mentor_who_is_unsuspended_while_the_mentee_chooses_stays(asks):
    handover, successor = handover_from(MentorFactory(**GONE)), MentorFactory()

    rival = race(lambda: lift(handover), lambda: choose(handover, successor if asks else None))

    with pytest.raises(HandoverOver):
        rival.finish()
    assert unchanged(handover)


def test_a_suspension_lifted_after_the_choice_does_not_bring_the_mentorship_back():
    handover = handover_from(MentorFactory(**GONE))

    race(lambda: choose(handover), lambda: lift(handover)).finish()

    assert Mentorship.objects.get(pk=handover.mentorship_id).status == "ended_early"


@pytest.mark.parametrize("second", [wait, choose])
def test_the_second_of_two_choices_sees_the_first(second):
    handover = handover_from(MentorFactory(**PAUSED))

    rival = race(lambda: choose(handover), lambda: second(handover))

    with pytest.raises(HandoverOver):
        rival.finish()
    assert HelpRequest.objects.filter(copied_from__isnull=False).count() == 1


def test_a_choice_in_the_last_moment_is_not_undone_by_the_sweep():
    long_ago = NOW - timedelta(days=14)
    handover = handover_from(MentorFactory(**GONE), opened_at=long_ago, reminded_at=NOW - timedelta(days=7))

    rival = race(lambda: choose(handover), lambda: end_unanswered_handovers(now=NOW))

    assert rival.finish() == 0
    handover.refresh_from_db()
    assert handover.choice == "search"


def test_a_mentor_who_comes_back_while_the_sweep_waits_asks_nobody():
    mentor = MentorFactory(**PAUSED)
    MentorshipFactory(mentor=mentor)

    rival = race(lambda: resume_mentoring(mentor_id=mentor.pk, now=NOW), lambda: open_new_handovers(now=NOW))

    assert rival.finish() == 0
    assert not Handover.objects.exists()


def test_two_sweeps_at_once_ask_once():
    MentorshipFactory(mentor__status="suspended")

    rival = race(lambda: open_new_handovers(now=NOW), lambda: open_new_handovers(now=NOW))

    assert rival.finish() == 0
    assert Handover.objects.count() == 1


def test_two_mentors_are_locked_in_the_order_of_their_keys():
    successor, mentor = MentorFactory(), MentorFactory(**GONE)
    handover = handover_from(mentor)

    with transaction.atomic():
        lock_mentor(successor.pk)
        rival = Rival(lambda: choose(handover, successor))
        rival.wait_until_blocked()
        # The rival would hold this lock if it had taken that of the mentorship's mentor first.
        lock_mentor(mentor.pk)

    assert rival.finish().status == "open"
