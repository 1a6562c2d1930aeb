"""Outcomes: shares with their denominator, and what each of the two reads."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.models import Block
from mentorship.models import Mentorship
from mentorship.models.outcome import ANSWER_WITHIN
from mentorship.selectors.mentorships import mentorships_visible_to
from mentorship.selectors.outcomes import (
    NAMED_FOR,
    Share,
    outcome_card,
    outcome_share,
    questions_waiting_for,
    share_of,
)
from tests.factories import (
    NOW,
    GoalScaleFactory,
    MentorshipFactory,
    OutcomeQuestionFactory,
    OutcomeRatingFactory,
)

DAY = timedelta(days=1)
COUNTED = NOW + ANSWER_WITHIN


def test_a_success_is_a_rating_of_0_or_higher_and_silence_is_none():
    # Asked: seven. Answered: five, with -2, -1, 0, 1 and 2. Reached: three.
    share = share_of([None, -2, -1, 0, 1, 2, None])

    assert share == Share(n_asked=7, n_answered=5, n_success=3)
    assert share.n_silent == 2


def test_nobody_asked_is_no_success():
    assert share_of([]) == Share(0, 0, 0)


@pytest.mark.django_db
class TestShareOfMentorships:
    """Bob had six mentorships that are over. Four mentees rated."""

    @pytest.fixture
    def of_bob(self, bob):
        levels = [2, 0, -1, None, None]
        for place, level in enumerate(levels, start=1):
            question = OutcomeQuestionFactory(mentorship=self.over(bob, place))
            if level is not None:
                OutcomeRatingFactory(mentorship=question.mentorship, level=level)
        # The mentor's own rating of a mentorship whose mentee is silent.
        OutcomeRatingFactory(mentorship=question.mentorship, person=bob, level=2)
        # It ended before anybody was asked.
        OutcomeRatingFactory(mentorship=self.over(bob, 6), level=2)
        OutcomeRatingFactory(mentorship=OutcomeQuestionFactory().mentorship)
        return Mentorship.objects.filter(mentor=bob.mentor)

    def over(self, bob, place: int) -> Mentorship:
        return MentorshipFactory(mentor=bob.mentor, place=place, status="completed")

    def test_every_mentee_who_was_asked_is_counted(self, of_bob, django_assert_num_queries):
        with django_assert_num_queries(1):
            share = outcome_share(of_bob, when="end", now=COUNTED)

        assert share == Share(n_asked=5, n_answered=3, n_success=2)

    def test_nobody_is_counted_before_they_had_time_to_answer(self, of_bob):
        assert outcome_share(of_bob, when="end", now=COUNTED - timedelta(seconds=1)) == Share(0, 0, 0)

    def test_a_mentee_counts_once_with_the_last_rating(self, alice, bob):
        for place, level in enumerate([-1, 1, None], start=1):
            at = NOW - timedelta(days=10 - place)
            row = MentorshipFactory(
                mentor=bob.mentor, place=place, goal__mentee=alice, status="completed", started_at=at, ended_at=at
            )
            OutcomeQuestionFactory(mentorship=row)
            if level is not None:
                OutcomeRatingFactory(mentorship=row, level=level)

        share = outcome_share(Mentorship.objects.filter(mentor=bob.mentor), when="end", now=COUNTED)

        assert share == Share(n_asked=1, n_answered=1, n_success=1)

    def test_a_rating_of_somebody_kept_apart_counts_as_silence(self, of_bob, bob):
        Block.objects.create(blocker=of_bob.earliest("pk").mentee, blocked=bob)

        assert outcome_share(of_bob, when="end", now=COUNTED) == Share(n_asked=5, n_answered=2, n_success=1)

    def test_the_later_outcome_is_counted_apart(self, of_bob):
        OutcomeQuestionFactory(mentorship=of_bob.earliest("pk"), when="later")
        OutcomeQuestionFactory(mentorship=of_bob.latest("pk"), when="later", asked_at=None)

        assert outcome_share(of_bob, when="later", now=COUNTED) == Share(n_asked=1, n_answered=0, n_success=0)


@pytest.fixture
def question(alice, bob):
    return OutcomeQuestionFactory(mentorship__goal__mentee=alice, mentorship__mentor=bob.mentor)


def card_for(person, mentorship, now=NOW):
    return outcome_card(mentorships_visible_to(person).get(pk=mentorship.pk), to=person, now=now)


@pytest.mark.django_db
class TestRatings:
    def seen(self, person, question, now=NOW):
        [rating] = card_for(person, question.mentorship, now).ratings
        return rating.mine and rating.mine.level, rating.theirs and rating.theirs.level, rating.may_rate

    def test_a_rating_is_sealed_until_both_have_rated(self, question, alice, bob):
        OutcomeRatingFactory(mentorship=question.mentorship, level=1)
        assert (self.seen(alice, question), self.seen(bob, question)) == ((1, None, True), (None, None, True))

        OutcomeRatingFactory(mentorship=question.mentorship, person=bob, level=-1)

        assert (self.seen(alice, question), self.seen(bob, question)) == ((1, -1, False), (-1, 1, False))

    def test_a_rating_of_one_alone_is_shown_after_14_days(self, question, alice, bob):
        OutcomeRatingFactory(mentorship=question.mentorship, level=1)

        assert self.seen(bob, question, COUNTED - timedelta(seconds=1)) == (None, None, True)
        assert self.seen(bob, question, COUNTED) == (None, 1, True)
        assert self.seen(alice, question, COUNTED) == (1, None, False)

    def test_a_rating_does_not_pass_a_block(self, question, alice, bob):
        OutcomeRatingFactory(mentorship=question.mentorship, level=1)
        OutcomeRatingFactory(mentorship=question.mentorship, person=bob, level=-1)
        Block.objects.create(blocker=alice, blocked=bob)

        assert self.seen(bob, question) == (-1, None, True)
        assert self.seen(bob, question, COUNTED) == (-1, None, False)

    def test_the_last_question_is_the_one_to_answer(self, question, alice):
        OutcomeQuestionFactory(mentorship=question.mentorship, when="later", asks_at=NOW + 90 * DAY)

        card = card_for(alice, question.mentorship, NOW + 90 * DAY)

        assert [(rating.question.when, rating.may_rate) for rating in card.ratings] == [("end", False), ("later", True)]
        assert card.to_rate == card.ratings[1]

    def test_a_question_that_waits_for_its_day_is_not_shown(self, question, alice):
        OutcomeQuestionFactory(mentorship=question.mentorship, when="later", asked_at=None)

        assert [rating.question.when for rating in card_for(alice, question.mentorship).ratings] == ["end"]


@pytest.mark.django_db
def test_both_read_the_scale_and_the_mentee_writes_it(alice, bob):
    mentorship = MentorshipFactory(goal__mentee=alice, mentor=bob.mentor)
    scale = GoalScaleFactory(mentorship=mentorship)

    shown = [card_for(person, mentorship) for person in (alice, bob)]

    assert [(card.scale, card.may_write_scale) for card in shown] == [(scale, True), (scale, False)]


@pytest.mark.django_db
def test_a_mentor_does_not_read_the_scale_after_a_block(alice, bob):
    mentorship = MentorshipFactory(goal__mentee=alice, mentor=bob.mentor)
    scale = GoalScaleFactory(mentorship=mentorship)
    Block.objects.create(blocker=bob, blocked=alice)

    assert [card_for(person, mentorship).scale for person in (alice, bob)] == [scale, None]


@pytest.mark.django_db
class TestWaiting:
    def test_a_question_waits_for_both_until_they_rate(self, question, alice, bob, charlie):
        assert questions_waiting_for(alice, now=NOW) == questions_waiting_for(bob, now=NOW) == [question]
        assert questions_waiting_for(charlie, now=NOW) == []

        OutcomeRatingFactory(mentorship=question.mentorship)

        assert (questions_waiting_for(alice, now=NOW), questions_waiting_for(bob, now=NOW)) == ([], [question])

    def test_a_question_is_not_named_for_ever(self, question, alice):
        assert questions_waiting_for(alice, now=NOW + NAMED_FOR) == []

    def test_the_later_question_takes_the_place_of_the_first_one(self, question, alice):
        later = OutcomeQuestionFactory(mentorship=question.mentorship, when="later", asks_at=NOW + DAY)

        assert questions_waiting_for(alice, now=NOW + DAY) == [later]
