"""Numbers about sessions, fit checks and outcomes, for admins. Nobody is recognised in them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db.models import Count, Q

from accounts.figures.sql import trend, within
from accounts.figures.values import Counted, Period, share
from mentorship.models import AnswerStep, FitCheck, Mentorship, Occasion, Session
from mentorship.selectors.answer_steps import LESS, REACHED, step_totals

Question = AnswerStep.Question
Status = Session.Status


# The sessions that were held, or missed by one of the two.
CAME_OR_NOT = Q(status__in=[Status.HELD, Status.MISSED_BY_MENTEE, Status.MISSED_BY_MENTOR])
RUNS = Q(status__in=Mentorship.RUNNING)


def count_mentorships(period: Period, now: datetime) -> Counted:
    everybody = Mentorship.objects.all()
    found = everybody.aggregate(
        began=Count("pk", filter=within("started_at", period, now)),
        completed=Count("pk", filter=within("ended_at", period, now) & Q(status=Mentorship.Status.COMPLETED)),
        ended_early=Count("pk", filter=within("ended_at", period, now) & Q(status=Mentorship.Status.ENDED_EARLY)),
    )
    return Counted(n=found["began"], numbers=found, trend=trend(everybody, "started_at", period, now))


def count_running(period: Period, now: datetime) -> Counted:
    found = Mentorship.objects.filter(RUNS).aggregate(
        n=Count("pk"),
        active=Count("pk", filter=Q(status=Mentorship.Status.ACTIVE)),
        paused=Count("pk", filter=Q(status=Mentorship.Status.PAUSED)),
    )
    return Counted(n=found.pop("n"), numbers=found)


def count_sessions(period: Period, now: datetime) -> Counted:
    started = within("starts_at", period, now)
    found = Session.objects.aggregate(
        held=Count("pk", filter=started & Q(status=Status.HELD)),
        cancelled=Count("pk", filter=within("cancelled_at", period, now) & Q(status=Status.CANCELLED)),
        planned=Count("pk", filter=Q(starts_at__gte=now, status=Status.CONFIRMED)),
    )
    held = Session.objects.filter(status=Status.HELD)
    return Counted(n=found["held"], numbers=found, trend=trend(held, "starts_at", period, now))


def count_no_shows(period: Period, now: datetime) -> Counted:
    over = Session.objects.filter(CAME_OR_NOT, within("starts_at", period, now))
    found = over.aggregate(
        n=Count("pk"),
        met=Count("pk", filter=Q(status=Status.HELD)),
        by_mentee=Count("pk", filter=Q(status=Status.MISSED_BY_MENTEE)),
        by_mentor=Count("pk", filter=Q(status=Status.MISSED_BY_MENTOR)),
    )
    n = found.pop("n")
    return Counted(n=n, numbers=found | {"share": share(n - found["met"], n)})


def count_fit_checks(period: Period, now: datetime) -> Counted:
    """Sum the answers of the steps that closed in the period. One query."""
    found = step_totals(Question.FIT_CHECK, period, now)
    numbers = {answer: found.numbers[answer] for answer in FitCheck.Answer.values}
    return _private(found.asked, numbers | {"no_answer": found.no_answer})


def count_outcomes(when: Occasion, period: Period, now: datetime) -> Counted:
    """Sum the answers of mentees in the steps that closed in the period. One query."""
    found = step_totals(when.value, period, now)
    reached, less = found.numbers[REACHED], found.numbers[LESS]
    rate = share(reached, found.asked)
    return _private(found.asked, {"share": rate, "reached": reached, "less": less, "no_answer": found.no_answer})


def _private(asked: int, numbers: Mapping[str, float | None]) -> Counted:
    """Return the numbers, and none of them if no step closed."""
    return Counted(n=asked, numbers=numbers if asked else dict.fromkeys(numbers))
