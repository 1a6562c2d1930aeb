"""Cohorts and their members, for readers."""

from __future__ import annotations

import re

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from mentorship.exceptions import CohortNotOpen
from mentorship.models import Cohort, CohortMember

# Keys of invitation links. Other characters, such as NUL, never come to the database.
KEY = re.compile(r"[\w-]{1,32}", re.ASCII)
# People write requests for a cohort, and its organisers match them.
TAKES_REQUESTS = (Cohort.Status.OPEN, Cohort.Status.CLOSED)


def cohorts_to_ask_in(person: User) -> QuerySet[Cohort]:
    """Return the cohorts for which the person can write a request, the next one to begin first."""
    members = CohortMember.objects.filter(person=person, side=CohortMember.Side.MENTEE, left_at=None)
    cohorts = Cohort.objects.filter(pk__in=members.values("cohort"), status__in=TAKES_REQUESTS)
    return cohorts.order_by("starts_on", "pk")


def cohort_of_key(key: str) -> Cohort | None:
    """Return the cohort of an invitation link, in any status. None for a key that is none, or was renewed."""
    return Cohort.objects.filter(key=key).first() if KEY.fullmatch(key) else None


def cohort_of_invitation(key: str) -> Cohort:
    """Return the cohort that somebody with an invitation link may read. Raises CohortNotOpen if over or unknown."""
    cohort = cohort_of_key(key)
    if cohort is None or cohort.status == Cohort.Status.ARCHIVED:
        raise CohortNotOpen(_("Nobody can join this cohort now. Ask its organisers for a new link."))
    return cohort


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
