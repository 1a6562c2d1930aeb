"""The next step that a cohort waits for, for the people who run it. In English."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.db.models import (
    Case,
    CharField,
    Count,
    DateTimeField,
    F,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    When,
)
from django.db.models import Value as Text
from django.db.models.functions import Cast, Coalesce, Greatest

from matching.models import CohortPair, HelpRequest
from mentorship.models import Cohort

DAY = timedelta(days=1)
# The names of the steps, and what each asks for. ``step_in_words`` fills in the numbers.
STEPS = {
    "close": "The last day to join is over. Close it.",
    "archive": "Its mentorships were to end by now. Archive it.",
    "publish": "It is closed, and no pair is published. Make a draft, and publish its pairs.",
    "next_round": "Everybody has answered. Mentees without a mentor: {free}. Make the next draft.",
}


def with_steps(cohorts: QuerySet[Cohort], *, now: datetime) -> QuerySet[Cohort]:
    """Return cohorts with their next step, and the numbers behind it.

    ``step``: one of ``STEPS``, or "" if none waits for the people who run it. ``since_at``: since when. ``waiting``:
    pairs that wait for an answer. ``free``: mentees with an open request and no such pair.
    """
    today = now.astimezone(UTC).date()
    pairs = CohortPair.objects.filter(help_request__cohort=OuterRef("pk")).order_by()
    live = pairs.filter(status__in=CohortPair.LIVE)
    requests = HelpRequest.objects.filter(cohort=OuterRef("pk"), status=HelpRequest.Status.OPEN).order_by()
    last = Max(Coalesce("ended_at", "published_at"))
    counted = cohorts.annotate(
        waiting=Coalesce(Subquery(_counted(live, "help_request__cohort")), 0),
        # A request has one pair that waits at most, and is not open any more once a pair is confirmed.
        free=Greatest(Coalesce(Subquery(_counted(requests, "cohort")), 0) - F("waiting"), 0),
        last_at=Subquery(pairs.values("help_request__cohort").annotate(at=last).values("at")),
    )
    closed = Q(status=Cohort.Status.CLOSED)
    steps = {
        "close": (Q(status=Cohort.Status.OPEN, joins_until_on__lt=today), _day_after("joins_until_on")),
        "archive": (closed & Q(ends_on__lt=today), _day_after("ends_on")),
        "publish": (closed & Q(last_at=None), F("closed_at")),
        "next_round": (closed & Q(last_at__isnull=False, waiting=0, free__gt=0), F("last_at")),
    }
    return counted.annotate(
        step=Case(
            *(When(is_due, then=Text(name)) for name, (is_due, _since) in steps.items()),
            default=Text(""),
            output_field=CharField(),
        ),
        since_at=Case(*(When(*since) for since in steps.values()), output_field=DateTimeField()),
    )


def cohorts_that_wait(*, days: int, now: datetime) -> QuerySet[Cohort]:
    """Return the cohorts that have waited for the people who run them for ``days``, with their step."""
    return with_steps(Cohort.objects.all(), now=now).filter(Q(since_at__lte=now - timedelta(days=days)))


def step_in_words(cohort: Cohort) -> str:
    """Return the next step of a cohort of ``with_steps`` as a sentence. "" without one."""
    return STEPS[cohort.step].format(free=cohort.free) if cohort.step else ""  # type: ignore[attr-defined]


def _counted(rows: QuerySet, cohort: str) -> QuerySet:
    return rows.values(cohort).annotate(number=Count("pk")).values("number")


def _day_after(field: str) -> Cast:
    """Return the midnight, UTC, at which a day is over."""
    return Cast(F(field) + DAY, DateTimeField())
