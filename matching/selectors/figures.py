"""Numbers about requests, questions and matches, for admins."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Case, Count, F, Min, Q, QuerySet, Value, When
from django.db.models.functions import Least
from django.utils import translation

from accounts.figures.sql import MedianAndP90, median_and_p90, trend, within
from accounts.figures.values import Counted, Line, Period, share
from matching.models import HelpRequest, Match
from matching.selectors.deserts import Enough, deserts, for_filters
from matching.selectors.recruit import requests_without_mentors, whom_to_recruit

WEEK = timedelta(weeks=1)
# Open requests are counted by how long they have been open: a label, and more than the first, up to the second.
WAITS: dict[str, tuple[str, timedelta, timedelta]] = {
    "a_week": ("up to a week", 0 * WEEK, WEEK),
    "four_weeks": ("up to 4 weeks", WEEK, 4 * WEEK),
    "eight_weeks": ("up to 8 weeks", 4 * WEEK, 8 * WEEK),
    "longer": ("longer", 8 * WEEK, timedelta(days=100_000)),
}
# How a question of a mentee ended: with the mentor's answer, or without one.
SAID_YES = Q(asked_at__isnull=False, status=Match.Status.ACCEPTED)
SAID_NO = Q(asked_at__isnull=False, status=Match.Status.DECLINED)
SAID_NOTHING = Q(status=Match.Status.EXPIRED, silent_side=Match.Side.MENTOR)


def waits(code: str, now: datetime) -> Q:
    """Return the condition that a request has been open for one of WAITS."""
    _label, more_than, up_to = WAITS[code]
    return Q(opened_at__lt=now - more_than, opened_at__gte=now - up_to)


def count_waiting(period: Period, now: datetime) -> Counted:
    by_length = {code: Count("pk", filter=waits(code, now)) for code in WAITS}
    # A request of a cohort waits for a day that its organisers chose, and says nothing of the community.
    waiting = HelpRequest.objects.filter(status=HelpRequest.Status.OPEN, cohort=None, mentee__is_active=True)
    found = waiting.aggregate(
        n=Count("pk"), first=Min("opened_at"), waits=MedianAndP90(Value(now) - F("opened_at")), **by_length
    )
    n, first, lengths = found.pop("n"), found.pop("first"), median_and_p90(found.pop("waits"))
    oldest = (now - first).total_seconds() if first else None
    return Counted(n=n, numbers=lengths | found | {"oldest": oldest})


def count_opened(period: Period, now: datetime) -> Counted:
    opened = HelpRequest.objects.filter(within("opened_at", period, now)).order_by()
    by_status = dict(opened.values("status").annotate(n=Count("pk")).values_list("status", "n"))
    numbers = {status: by_status.get(status, 0) for status in HelpRequest.Status.values if status != "draft"}
    return Counted(n=sum(by_status.values()), numbers=numbers)


def first_answers(period: Period, now: datetime) -> QuerySet[Any, Any]:
    """Return the requests whose first answer came in the period, as values: with ``opened_at`` and ``first_at``."""
    decided_at = Case(When(SAID_YES | SAID_NO, then="ended_at"))
    # LEAST of PostgreSQL ignores nulls.
    answers = (
        Match.objects.filter(Q(asked_at__isnull=False) | Q(offered_at__isnull=False))
        .order_by()
        .values("help_request_id", opened_at=F("help_request__opened_at"))
        .annotate(first_at=Min(Least("offered_at", "clarifications__asked_at", decided_at)))
    )
    return answers.filter(within("first_at", period, now))


def count_first_answers(period: Period, now: datetime) -> Counted:
    found = first_answers(period, now).aggregate(
        n=Count("help_request_id"), took=MedianAndP90(F("first_at") - F("opened_at"))
    )
    return Counted(n=found["n"], numbers=median_and_p90(found["took"]))


def count_matched(period: Period, now: datetime) -> Counted:
    accepted = Match.objects.filter(status=Match.Status.ACCEPTED)
    found = accepted.filter(within("ended_at", period, now)).aggregate(
        n=Count("pk"), took=MedianAndP90(F("ended_at") - F("help_request__opened_at"))
    )
    numbers = median_and_p90(found["took"])
    return Counted(n=found["n"], numbers=numbers, trend=trend(accepted, "ended_at", period, now))


def count_answers(period: Period, now: datetime) -> Counted:
    found = Match.objects.filter(within("ended_at", period, now)).aggregate(
        yes=Count("pk", filter=SAID_YES), no=Count("pk", filter=SAID_NO), none=Count("pk", filter=SAID_NOTHING)
    )
    answered = found["yes"] + found["no"]
    n = answered + found["none"]
    return Counted(n=n, numbers=found | {"share": share(answered, n)})


def count_deserts(period: Period, now: datetime) -> Counted:
    # Pages of the admin are in English, whoever counts.
    with translation.override("en"):
        found = deserts(now=now)
    by_state = {state.value: sum(one.requests for one in found.rows if one.enough == state) for state in Enough}
    missing = sum(one.missing for one in found.rows)
    numbers = by_state | {"missing": missing, "places": found.places}
    return Counted(n=sum(by_state.values()), numbers=numbers, kept=for_filters(found))


def count_recruits(period: Period, now: datetime) -> Counted:
    # Pages of the admin are in English, whoever counts.
    with translation.override("en"):
        found = whom_to_recruit(now=now)
    lines = tuple(
        Line(text=one.sentence, code=one.code, rows=tuple(request.pk for request in one.frees)) for one in found
    )
    return Counted(n=requests_without_mentors().count(), lines=lines)
