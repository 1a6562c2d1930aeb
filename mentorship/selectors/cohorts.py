"""Cohorts and their members, for readers."""

from __future__ import annotations

from django.db.models import Count, Q, QuerySet

from accounts.models import User
from mentorship.models import Cohort, CohortMember, CohortOrganiser

RUN_COHORT = "mentorship.change_cohort"


def memberships_of(person: User) -> QuerySet[CohortMember]:
    """Return the person's places in cohorts that are not archived, the newest first. Not those that they left."""
    return (
        CohortMember.objects.filter(person=person, left_at=None)
        .exclude(cohort__status=Cohort.Status.ARCHIVED)
        .select_related("cohort")
        .order_by("-joined_at", "-pk")
    )


def cohorts_of(by: User) -> QuerySet[Cohort]:
    """Return the cohorts that an admin runs: all for owners and community managers, their own for programme managers.

    Archived ones as well. The order is that of the caller.
    """
    if not by.has_perm(RUN_COHORT):
        return Cohort.objects.none()
    if by.role != User.Role.PROGRAMME:
        return Cohort.objects.all()
    # No join: a list of cohorts is counted and updated by what this returns.
    own = CohortOrganiser.objects.filter(person=by, part=CohortOrganiser.Part.MANAGER)
    return Cohort.objects.filter(pk__in=own.values("cohort"))


def with_counts(cohorts: QuerySet[Cohort]) -> QuerySet[Cohort]:
    """Return cohorts with ``mentees`` and ``mentors``: those who have not left."""
    return cohorts.annotate(
        mentees=Count("members", filter=Q(members__side="mentee", members__left_at=None)),
        mentors=Count("members", filter=Q(members__side="mentor", members__left_at=None)),
    )
