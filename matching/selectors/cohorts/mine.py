"""A person's cohorts, with all that they read of each."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Prefetch, QuerySet

from accounts.models import User
from matching.models import HelpRequest
from matching.selectors.cohorts.members import CURRENT
from mentorship.models import Cohort, CohortMember, CohortOrganiser


def cohorts_of_member(person: User) -> QuerySet[Cohort]:
    """Return the cohorts that the person is in, the newest first: archived ones too, not those that they left.

    Each has ``my_places``, ``my_requests`` with the current one at most, and ``managers``.
    """
    mine = CohortMember.objects.filter(person=person, left_at=None)
    return with_what_is_mine(Cohort.objects.filter(Exists(mine.filter(cohort=OuterRef("pk")))), person).order_by(
        "-starts_on", "-pk"
    )


def with_what_is_mine(cohorts: QuerySet[Cohort], person: User) -> QuerySet[Cohort]:
    """Add ``my_places``, ``my_requests`` and ``managers`` to cohorts that the person reads. Three queries."""
    places = CohortMember.objects.filter(person=person, left_at=None).order_by("side", "pk")
    requests = HelpRequest.objects.filter(mentee=person, status__in=CURRENT).select_related("goal__kind").order_by("pk")
    managers = CohortOrganiser.objects.filter(part=CohortOrganiser.Part.MANAGER, person__is_active=True)
    return cohorts.prefetch_related(
        Prefetch("members", queryset=places, to_attr="my_places"),
        Prefetch("help_requests", queryset=requests, to_attr="my_requests"),
        Prefetch(
            "organisers", queryset=managers.select_related("person").order_by("person__name", "pk"), to_attr="managers"
        ),
    )
