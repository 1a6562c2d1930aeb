"""Cohorts and their members, for readers."""

from __future__ import annotations

from django.db.models import Count, Q, QuerySet

from accounts.models import User
from mentorship.models import Cohort, CohortMember


def memberships_of(person: User) -> QuerySet[CohortMember]:
    """Return the person's places in cohorts that are not archived, the newest first. Not those that they left."""
    return (
        CohortMember.objects.filter(person=person, left_at=None)
        .exclude(cohort__status=Cohort.Status.ARCHIVED)
        .select_related("cohort")
        .order_by("-joined_at", "-pk")
    )


def with_counts(cohorts: QuerySet[Cohort]) -> QuerySet[Cohort]:
    """Return cohorts with ``mentees`` and ``mentors``: those who have not left."""
    return cohorts.annotate(
        mentees=Count("members", filter=Q(members__side="mentee", members__left_at=None)),
        mentors=Count("members", filter=Q(members__side="mentor", members__left_at=None)),
    )
