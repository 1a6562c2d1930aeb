"""Proposals to go on, pauses and fit checks that meet each other, and the sweeps."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction

from mentorship.exceptions import NoOngoingProposal, OngoingProposedAlready
from mentorship.jobs.fit_checks import ask_how_it_goes
from mentorship.jobs.silence import write_to_the_quiet
from mentorship.models import FitCheck
from mentorship.services.fit_check import answer_fit_check
from mentorship.services.ongoing import agree_to_ongoing, propose_ongoing, refuse_ongoing
from mentorship.services.pause import pause_mentorship
from tests.factories import NOW, FitCheckFactory, MentorshipFactory
from tests.helpers import Rival, kinds, race

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("rung")]

MONTH = NOW + timedelta(days=30)


def propose(mentorship, by):
    return propose_ongoing(mentorship_id=mentorship.pk, by=by, until_on=None, now=NOW)


def test_two_proposals_to_go_on_at_once_are_one():
    mentorship = MentorshipFactory(format="one_off")

    rival = race(lambda: propose(mentorship, mentorship.mentee), lambda: propose(mentorship, mentorship.mentor.user))

    with pytest.raises(OngoingProposedAlready):
        rival.finish()


def test_a_yes_waits_for_a_proposal_that_is_taken_back_and_is_refused():
    mentorship = MentorshipFactory(format="one_off")
    mentee, mentor = mentorship.mentee, mentorship.mentor.user
    propose(mentorship, mentee)

    rival = race(
        lambda: refuse_ongoing(mentorship_id=mentorship.pk, by=mentee, now=NOW),
        lambda: agree_to_ongoing(mentorship_id=mentorship.pk, by=mentor, now=NOW),
    )

    with pytest.raises(NoOngoingProposal):
        rival.finish()
    mentorship.refresh_from_db()
    assert mentorship.format == "one_off"


@pytest.mark.parametrize("sweep", [ask_how_it_goes, write_to_the_quiet])
def test_a_sweep_passes_over_a_mentorship_that_is_being_paused(sweep):
    mentorship = MentorshipFactory(fit_check_due_at=MONTH)

    with transaction.atomic():
        pause_mentorship(mentorship_id=mentorship.pk, by=mentorship.mentee, now=MONTH)
        assert Rival(lambda: sweep(now=MONTH)).finish() == 0

    assert sweep(now=MONTH) == 0
    assert kinds(mentorship.mentee) == []


@pytest.mark.parametrize("sweep", [ask_how_it_goes, write_to_the_quiet])
def test_two_sweeps_write_once(sweep):
    mentorship = MentorshipFactory(fit_check_due_at=MONTH)

    with transaction.atomic():
        assert sweep(now=MONTH) == 1
        assert Rival(lambda: sweep(now=MONTH)).finish() == 0

    assert sweep(now=MONTH) == 0
    assert len(kinds(mentorship.mentee)) == 1


def test_an_answer_that_meets_the_next_question_answers_it():
    mentorship = MentorshipFactory(fit_check_due_at=MONTH)
    FitCheckFactory(mentorship=mentorship)

    rival = race(
        lambda: ask_how_it_goes(now=MONTH),
        lambda: answer_fit_check(mentorship_id=mentorship.pk, by=mentorship.mentee, answer="good", note="", now=MONTH),
    )

    rival.finish()
    first, second = FitCheck.objects.filter(person=mentorship.mentee).order_by("number")
    assert (first.answer, first.closed_at, second.answer) == ("", MONTH, "good")
