"""Cohorts and their members, for readers."""

from __future__ import annotations

import re

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from accounts.models import User
from mentorship.exceptions import CohortNotOpen
from mentorship.models import Cohort, CohortMember, CohortOrganiser

RUN_COHORT = "mentorship.change_cohort"

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


def cohorts_read_by(person: User) -> QuerySet[Cohort]:
    """Return the cohorts whose numbers a person reads for the company, the newest first."""
    return Cohort.objects.filter(
        organisers__person=person, organisers__part=CohortOrganiser.Part.EMPLOYER, company__gt=""
    ).order_by("-starts_on", "-pk")


def with_counts(cohorts: QuerySet[Cohort]) -> QuerySet[Cohort]:
    """Return cohorts with ``mentees`` and ``mentors``: those who have not left. A filter by members changes neither."""
    return cohorts.annotate(
        mentees=Coalesce(_count_of(CohortMember.Side.MENTEE), 0),
        mentors=Coalesce(_count_of(CohortMember.Side.MENTOR), 0),
    )


def _count_of(side: CohortMember.Side) -> Subquery:
    members = CohortMember.objects.filter(cohort=OuterRef("pk"), side=side, left_at=None).order_by()
    return Subquery(members.values("cohort").annotate(number=Count("pk")).values("number"))
