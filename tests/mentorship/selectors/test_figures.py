"""Figures of private answers move in steps, so that nobody is seen in the change of a number."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from random import Random

import pytest

from accounts.figures.values import Period
from accounts.models import Block
from mentorship.jobs.answer_steps import close_answer_steps
from mentorship.models import AnswerStep, FitCheck, Occasion
from mentorship.models.answer_step import STEP_FROM
from mentorship.models.outcome import ANSWER_WITHIN
from mentorship.selectors.figures import count_fit_checks, count_outcomes
from mentorship.tasks import close_answer_steps as close_answer_steps_task
from tests.factories import (
    FitCheckFactory,
    GoalFactory,
    MentorshipFactory,
    OutcomeQuestionFactory,
    OutcomeRatingFactory,
)

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 9, 7, tzinfo=UTC)
DAY, WEEK = timedelta(days=1), timedelta(weeks=1)
# The earliest time at which the week from MONDAY on can close.
CLOSES = MONDAY + WEEK + ANSWER_WITHIN


def check(at: datetime, answer: str = "good", **facts) -> FitCheck:
    return FitCheckFactory(answer=answer, asked_at=at, answered_at=at if answer else None, **facts)


def checks(number: int, at: datetime, answer: str = "good") -> list[FitCheck]:
    return [check(at, answer) for _ in range(number)]


def fit(now: datetime, period: Period = Period.ALL) -> tuple[int, dict[str, float | None]]:
    counted = count_fit_checks(period, now)
    return counted.n, dict(counted.numbers)


NOTHING = (0, {"good": None, "unsure": None, "not_good": None, "no_answer": None})


def test_a_week_closes_after_the_time_to_answer():
    checks(5, MONDAY)
    check(MONDAY + 6 * DAY, "")
    check(MONDAY + WEEK, "not_good")

    assert close_answer_steps(now=CLOSES - timedelta(seconds=1)) == 0
    assert fit(CLOSES) == NOTHING
    assert close_answer_steps(now=CLOSES) == 1
    assert fit(CLOSES) == (6, {"good": 5, "unsure": 0, "not_good": 0, "no_answer": 1})


def test_weeks_with_few_answers_wait_for_others():
    checks(4, MONDAY)
    check(MONDAY + 2 * WEEK, "unsure")

    assert close_answer_steps(now=CLOSES + WEEK) == 0
    assert close_answer_steps(now=CLOSES + 2 * WEEK) == 1

    [step] = AnswerStep.objects.all()
    assert (step.start_at, step.end_at, step.people) == (MONDAY, MONDAY + 3 * WEEK, 5)


def test_weeks_in_which_all_said_the_same_wait_for_another_answer():
    checks(6, MONDAY, "not_good")
    checks(2, MONDAY + WEEK, "not_good")
    assert close_answer_steps(now=CLOSES + WEEK) == 0

    check(MONDAY + 2 * WEEK, "good")

    assert close_answer_steps(now=CLOSES + 2 * WEEK) == 1
    assert fit(CLOSES + 2 * WEEK) == (9, {"good": 1, "unsure": 0, "not_good": 8, "no_answer": 0})


def test_no_answer_is_an_answer_like_others():
    checks(5, MONDAY)
    assert close_answer_steps(now=CLOSES) == 0

    check(MONDAY + WEEK, "")

    assert close_answer_steps(now=CLOSES + WEEK) == 1


def test_one_person_who_answers_often_is_one():
    first = check(MONDAY, "unsure")
    for number in range(2, 6):
        check(MONDAY, mentorship=first.mentorship, number=number)

    assert close_answer_steps(now=CLOSES) == 0


def test_a_period_has_the_steps_that_closed_in_it():
    checks(5, MONDAY)
    check(MONDAY, "")
    checks(5, MONDAY + 5 * WEEK, "unsure")
    check(MONDAY + 5 * WEEK)
    now = CLOSES + 5 * WEEK
    close_answer_steps(now=now)

    assert fit(now)[0] == 12
    assert fit(now, Period.MONTH) == (6, {"good": 1, "unsure": 5, "not_good": 0, "no_answer": 0})
    assert fit(now + 31 * DAY, Period.MONTH) == NOTHING


@pytest.mark.parametrize("was", ["", "good"])
def test_an_answer_after_the_close_changes_nothing(was):
    checks(5, MONDAY, "unsure")
    late = check(MONDAY, was)
    close_answer_steps(now=CLOSES)
    before = fit(CLOSES)

    FitCheck.objects.filter(pk=late.pk).update(answer="not_good", answered_at=CLOSES + DAY, closed_at=None)
    close_answer_steps(now=CLOSES + DAY)

    assert fit(CLOSES + DAY) == before


def test_the_job_may_run_twice():
    checks(4, MONDAY)
    check(MONDAY, "unsure")

    assert (close_answer_steps_task(), close_answer_steps_task()) == (1, 0)


def rated(number: int, at: datetime, level: int | None = 1) -> list:
    rows = []
    for _ in range(number):
        began = {"started_at": at - 90 * DAY, "ended_at": at, "status": "completed"}
        rows.append(MentorshipFactory(goal=GoalFactory(), **began))
        OutcomeQuestionFactory(mentorship=rows[-1])
        if level is not None:
            OutcomeRatingFactory(mentorship=rows[-1], level=level, rated_at=at)
    return rows


def outcomes(now: datetime) -> tuple[int, dict[str, float | None]]:
    counted = count_outcomes(Occasion.END, Period.ALL, now)
    return counted.n, dict(counted.numbers)


def test_outcomes_close_in_steps():
    rated(3, MONDAY)
    assert close_answer_steps(now=CLOSES) == 0
    rated(2, MONDAY, -1)
    rated(3, MONDAY, None)

    close_answer_steps(now=CLOSES)

    assert outcomes(CLOSES) == (8, {"share": 3 / 8, "reached": 3, "less": 2, "no_answer": 3})


def test_a_rating_between_two_who_are_kept_apart_is_silence_and_a_later_block_changes_nothing():
    first, second, *_others = rated(7, MONDAY)
    Block.objects.create(blocker=first.mentee, blocked=first.mentor.user)
    close_answer_steps(now=CLOSES)
    before = outcomes(CLOSES)

    Block.objects.create(blocker=second.mentor.user, blocked=second.mentee)
    close_answer_steps(now=CLOSES + DAY)

    assert before == (7, {"share": 6 / 7, "reached": 6, "less": 0, "no_answer": 1})
    assert outcomes(CLOSES + DAY) == before


def test_two_readings_a_day_apart_never_show_the_change_of_one_person():
    """Members answer, answer late, and change answers. A reader compares all periods and days."""
    random, answers = Random(1), FitCheck.Answer.values
    asked = [check(MONDAY + random.uniform(0, 50) * DAY, "") for _ in range(40)]
    readings: list[list[int]] = []

    for number in range(75):
        now = MONDAY + number * DAY
        for one in asked:
            # Some answer late, and some answer otherwise later.
            if one.asked_at < now and random.random() < (0.01 if one.answer else 0.04):
                one.answer, one.answered_at = random.choice(answers), now
                one.save()
        close_answer_steps(now=now)
        readings.append([_answers(now, period) for period in (Period.MONTH, Period.QUARTER, Period.ALL)])

    differences = {abs(one - other) for reading in readings for one in reading for other in reading}
    for before, after in pairwise(readings):
        # All the time only grows, by the answers of whole steps.
        differences.add(after[-1] - before[-1])
    assert max(differences) >= 2 * STEP_FROM
    assert [one for one in differences if 0 < one < STEP_FROM] == []


def _answers(now: datetime, period: Period) -> int:
    numbers = count_fit_checks(period, now).numbers
    return int(sum(numbers[answer] or 0 for answer in FitCheck.Answer.values))
