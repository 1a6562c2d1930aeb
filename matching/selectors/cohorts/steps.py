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
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    When,
)
from django.db.models import Value as Text
from django.db.models.functions import Cast, Coalesce, Greatest

from matching.models import CohortPair, HelpRequest
from mentorship.models import Cohort, CohortMember

DAY = timedelta(days=1)
# The names of the steps, and what each asks for. ``step_in_words`` fills in the numbers.
STEPS = {
    "dates": "The last day to join passed before it was open. Give it other days, or archive it.",
    "close": "The last day to join is over. Close it.",
    "archive": "Its mentorships were to end by now. Archive it.",
    "publish": "It is closed, and no pair is published. Make a draft, and publish its pairs.",
    "next_round": "No pair waits for an answer. Mentees without a mentor: {free}. Publish the pairs that are left, "
    "make the next draft, or open it again for others.",
}


def with_steps(cohorts: QuerySet[Cohort], *, now: datetime) -> QuerySet[Cohort]:
    """Return cohorts with their next step, and the numbers behind it.

    ``step``: one of ``STEPS``, or "" if none waits for the people who run it. ``since_at``: since when. ``waiting``:
    pairs that wait for an answer. ``free``: mentees whom a draft would read: with an open request, and without a pair
    that waits or was confirmed.
    """
    today = now.astimezone(UTC).date()
    pairs = CohortPair.objects.filter(help_request__cohort=OuterRef("pk")).order_by()
    live = pairs.filter(status__in=CohortPair.LIVE)
    # Joins only: in a query of escalations, Django mixes up the aliases of a query within a query within this one.
    requests = HelpRequest.objects.filter(
        cohort=OuterRef("pk"),
        status=HelpRequest.Status.OPEN,
        mentee__is_active=True,
        mentee__cohort_memberships__cohort=OuterRef("pk"),
        mentee__cohort_memberships__side=CohortMember.Side.MENTEE,
        mentee__cohort_memberships__left_at=None,
    ).order_by()
    taken = requests.filter(
        mentee__help_requests__cohort=OuterRef("pk"),
        mentee__help_requests__cohort_pairs__status__in=CohortPair.CURRENT,
    )
    last = Max(Coalesce("ended_at", "published_at"))
    counted = cohorts.annotate(
        waiting=Coalesce(Subquery(_counted(live, "help_request__cohort")), 0),
        free=Coalesce(Subquery(_counted(requests, "cohort")), 0) - Coalesce(Subquery(_counted(taken, "cohort")), 0),
        last_at=Subquery(pairs.values("help_request__cohort").annotate(at=last).values("at")),
        first_at=Subquery(requests.values("cohort").annotate(at=Min("opened_at")).values("at")),
    )
    closed, is_late = Q(status=Cohort.Status.CLOSED), Q(joins_until_on__lt=today)
    steps = {
        "dates": (Q(status=Cohort.Status.PREPARING) & is_late, _day_after("joins_until_on")),
        "close": (Q(status=Cohort.Status.OPEN) & is_late, _day_after("joins_until_on")),
        "archive": (closed & Q(ends_on__lt=today), _day_after("ends_on")),
        # Since somebody waits, and not before the organisers could act.
        "publish": (closed & Q(last_at=None, free__gt=0), Greatest("closed_at", "first_at")),
        "next_round": (
            closed & Q(last_at__isnull=False, waiting=0, free__gt=0),
            Greatest("closed_at", "last_at", "first_at"),
        ),
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
    return rows.values(cohort).annotate(number=Count("pk", distinct=True)).values("number")


def _day_after(field: str) -> Greatest:
    """Return the midnight, UTC, at which a day is over, and not before the cohort was there."""
    return Greatest("created_at", Cast(F(field) + DAY, DateTimeField()))
