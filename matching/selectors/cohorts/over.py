"""Pairs of a cohort that cannot become a mentorship any more."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Value, When

from matching.models import CohortPair, HelpRequest
from mentorship.models import Cohort, CohortMember
from mentorship.selectors.apart import apart
from mentorship.selectors.mentors import running_of


def impossible_pairs() -> QuerySet[CohortPair]:
    """Return the live pairs that cannot be any more.

    The two are kept apart, one left the community or the cohort, the request is not open, the cohort is archived, or
    the mentor has no free place at all.
    """
    pairs = CohortPair.objects.filter(status__in=CohortPair.LIVE).annotate(running=running_of("mentor"))
    one_left = Q(mentor__user__is_active=False) | Q(help_request__mentee__is_active=False)
    is_here = Q(_is_member("help_request__mentee", CohortMember.Side.MENTEE))
    is_here &= Q(_is_member("mentor__user", CohortMember.Side.MENTOR))
    over = ~Q(help_request__status=HelpRequest.Status.OPEN) | Q(help_request__cohort__status=Cohort.Status.ARCHIVED)
    full = Q(running__gte=F("mentor__capacity") - F("mentor__active_elsewhere"))
    return pairs.filter(apart(mentee="help_request__mentee") | one_left | ~is_here | over | full).order_by("pk")


def is_impossible(pair: CohortPair) -> bool:
    """Return whether a pair is one of ``impossible_pairs``. One query."""
    return impossible_pairs().filter(pk=pair.pk).exists()


def with_pairs_apart(pairs: QuerySet[CohortPair]) -> QuerySet[CohortPair]:
    """Annotate ``is_kept_apart``: whether the two may not be matched any more."""
    together = When(apart(mentee="help_request__mentee"), then=Value(True))
    return pairs.annotate(is_kept_apart=Case(together, default=Value(False)))


def without_pairs_apart(pairs: QuerySet[CohortPair]) -> QuerySet[CohortPair]:
    """Leave out the pairs of two people who may not be matched any more."""
    return pairs.exclude(apart(mentee="help_request__mentee"))


def due_to_propose() -> QuerySet[CohortPair]:
    """Return the pairs that were published and wait for the worker, the longest waiting first."""
    return CohortPair.objects.filter(status=CohortPair.Status.PUBLISHED).order_by("published_at", "pk")


def overdue_pairs(now: datetime) -> QuerySet[CohortPair]:
    """Return the proposed pairs whose time to answer is over, the longest waiting first."""
    overdue = CohortPair.objects.filter(status=CohortPair.Status.PROPOSED, answer_due_at__lte=now)
    return overdue.order_by("answer_due_at", "pk")


def is_in_cohort(pair: CohortPair, side: str) -> bool:
    """Return whether a side has left neither the cohort nor the community. One query."""
    members = CohortMember.objects.filter(cohort=pair.help_request.cohort_id, person=pair.person_on(side), side=side)
    return members.filter(left_at=None, person__is_active=True).exists()


def _is_member(person: str, side: str) -> Exists:
    members = CohortMember.objects.filter(
        cohort=OuterRef("help_request__cohort"), person=OuterRef(person), side=side, left_at=None
    )
    return Exists(members)
