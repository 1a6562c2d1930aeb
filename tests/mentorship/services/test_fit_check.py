"""Answering how it goes: for oneself alone."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.exceptions import MoveNotAllowed
from mentorship.exceptions import NoFitCheck, NotOneOfTheTwo
from mentorship.models import FitCheck
from mentorship.services.fit_check import answer_fit_check
from tests.factories import NOW, FitCheckFactory, MentorshipFactory
from tests.helpers import kinds

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]


def answer(mentorship, by, answer="good", note="") -> FitCheck:
    return answer_fit_check(mentorship_id=mentorship.pk, by=by, answer=answer, note=note, now=NOW)


@pytest.mark.parametrize("said", FitCheck.Answer.values)
def test_an_answer_is_kept_with_its_note_and_nobody_is_told(said, alice, bob, mentorship):
    check = FitCheckFactory(mentorship=mentorship)

    answer(mentorship, alice, said, "We talk past each other.")

    check.refresh_from_db()
    assert (check.answer, check.note, check.answered_at) == (said, "We talk past each other.", NOW)
    assert (kinds(alice), kinds(bob)) == ([], [])


@pytest.mark.parametrize(("said", "told"), [("not_good", NOW), ("unsure", None), ("good", None)])
def test_the_organisers_are_told_of_not_good_only(said, told, alice, mentorship):
    FitCheckFactory(mentorship=mentorship)

    check = answer_fit_check(mentorship_id=mentorship.pk, by=alice, answer=said, note="", tell_organisers=True, now=NOW)

    assert check.organisers_told_at == told


def test_the_organisers_know_no_more_once_the_person_says_so_or_answers_otherwise(alice, mentorship):
    FitCheckFactory(mentorship=mentorship, answer="not_good", organisers_told_at=NOW)

    answered = {"mentorship_id": mentorship.pk, "by": alice, "answer": "not_good", "now": NOW}

    assert answer_fit_check(**answered).organisers_told_at == NOW
    assert answer_fit_check(**answered, tell_organisers=False).organisers_told_at is None
    assert answer_fit_check(**answered, tell_organisers=True).organisers_told_at == NOW
    assert answer_fit_check(**answered | {"answer": "good"}).organisers_told_at is None


def test_an_answer_is_for_ones_own_question(alice, bob, mentorship):
    mine, theirs = FitCheckFactory(mentorship=mentorship), FitCheckFactory(mentorship=mentorship, person=bob)

    answer(mentorship, bob, "unsure")

    mine.refresh_from_db()
    theirs.refresh_from_db()
    assert (mine.answer, theirs.answer) == ("", "unsure")


def test_an_answer_can_be_changed_until_the_next_question(alice, mentorship):
    FitCheckFactory(mentorship=mentorship, answer="good")
    later = FitCheckFactory(mentorship=mentorship, number=2, answer="good", asked_at=NOW + timedelta(days=60))

    answer(mentorship, alice, "not_good")

    later.refresh_from_db()
    assert (later.answer, FitCheck.objects.get(number=1).answer) == ("not_good", "good")


def test_there_is_nothing_to_answer_before_the_first_question(alice, bob, mentorship):
    FitCheckFactory(mentorship=mentorship, person=bob)

    with pytest.raises(NoFitCheck):
        answer(mentorship, alice)


def test_nothing_is_answered_after_the_end(alice):
    mentorship = MentorshipFactory(goal__mentee=alice, status="completed")
    FitCheckFactory(mentorship=mentorship, closed_at=NOW)

    with pytest.raises(MoveNotAllowed):
        answer(mentorship, alice)


@pytest.mark.parametrize("other", ["charlie", "admin_user"])
def test_nobody_else_answers(other, request, mentorship):
    FitCheckFactory(mentorship=mentorship)

    with pytest.raises(NotOneOfTheTwo):
        answer(mentorship, request.getfixturevalue(other))
