"""Private answers for figures: those of weeks that closed, and the steps in which they are shown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from accounts.figures.values import Period
from accounts.week import monday_of
from mentorship.models import AnswerStep, FitCheck, Mentorship, OutcomeQuestion, OutcomeRating
from mentorship.models.answer_step import STEP_FROM
from mentorship.models.outcome import ANSWER_WITHIN
from mentorship.selectors.apart import apart
from mentorship.selectors.outcomes import SUCCESS_FROM

Question = AnswerStep.Question
REACHED, LESS = "reached", "less"
WEEK = timedelta(weeks=1)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question to ``person``. Without an answer yet, ``answer`` is empty."""

    at: datetime
    person: int
    answer: str


def asked_before(until: datetime, question: str, *, since: datetime | None) -> list[Asked]:
    """Return what was asked before ``until``, from ``since`` on, in its order. One query."""
    is_inside = Q(asked_at__lt=until) & (Q(asked_at__gte=since) if since else Q())
    if question == Question.FIT_CHECK:
        checks = FitCheck.objects.filter(is_inside).order_by("asked_at", "pk")
        return [Asked(*check) for check in checks.values_list("asked_at", "person", "answer")]
    rated = _rated(question).filter(is_inside).order_by("asked_at", "pk")
    rows = rated.values_list("asked_at", "mentorship__mentee", "level")
    return [Asked(at, mentee, _in_words(level)) for at, mentee, level in rows]


def _rated(when: str) -> QuerySet[Any]:
    """Return the questions about outcomes, with the rating of the mentee. Between two kept apart it is silence."""
    parted = Mentorship.objects.filter(apart(mentee="mentee"), pk=OuterRef("mentorship"))
    ratings = OutcomeRating.objects.filter(
        ~Exists(parted), mentorship=OuterRef("mentorship"), when=OuterRef("when"), person=OuterRef("mentorship__mentee")
    )
    return OutcomeQuestion.objects.filter(when=when).annotate(level=Subquery(ratings.values("level")))


def _in_words(level: int | None) -> str:
    return "" if level is None else REACHED if level >= SUCCESS_FROM else LESS


def last_monday(at: datetime) -> datetime:
    """Return the beginning of the week of ``at``, in UTC."""
    return datetime.combine(monday_of(at.astimezone(UTC).date()), time(), UTC)


def steps_of(asked: Sequence[Asked], question: str, *, since: datetime | None, until: datetime) -> list[AnswerStep]:
    """Return the steps between two Mondays: each has the weeks until STEP_FROM people answered, and not all the same.

    No answer is one of the answers.
    ``since`` is None for the first step. Weeks after the last step wait for more answers. ``asked`` is in its order.
    """
    if not asked:
        return []
    start = since or last_monday(asked[0].at)
    steps, inside = [], list[Asked]()
    for index, one in enumerate(asked):
        inside.append(one)
        end = last_monday(one.at) + WEEK
        if index + 1 < len(asked) and asked[index + 1].at < end:
            continue
        people = {each.person for each in inside if each.answer}
        # If all said the same, the number tells the answer of each.
        if end <= until and len(people) >= STEP_FROM and len({each.answer for each in inside}) > 1:
            steps.append(_step(question, start, end, inside, len(people)))
            start, inside = end, []
    return steps


def _step(question: str, start: datetime, end: datetime, inside: Iterable[Asked], people: int) -> AnswerStep:
    counts = Counter(each.answer for each in inside)
    silent = counts.pop("", 0)
    return AnswerStep(
        question=question,
        start_at=start,
        end_at=end,
        people=people,
        asked=counts.total() + silent,
        numbers=dict(counts),
    )


def steps_in(question: str, period: Period, now: datetime) -> QuerySet[AnswerStep]:
    """Return the steps that closed in the period, ANSWER_WITHIN after their last week."""
    steps = AnswerStep.objects.filter(question=question, end_at__lte=now - ANSWER_WITHIN)
    return steps.filter(end_at__gte=period.start(now) - ANSWER_WITHIN).order_by("start_at")


@dataclass(frozen=True, slots=True)
class StepTotals:
    """The sums of some steps: the questions, and the number of each answer."""

    asked: int
    numbers: Counter[str]

    @property
    def no_answer(self) -> int:
        return self.asked - self.numbers.total()


def step_totals(question: str, period: Period, now: datetime) -> StepTotals:
    """Return the sums of the steps that closed in the period. One query."""
    steps = list(steps_in(question, period, now))
    return StepTotals(sum(step.asked for step in steps), sum((Counter(step.numbers) for step in steps), Counter()))
