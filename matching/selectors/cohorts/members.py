"""The members of a cohort, as they and others may see them."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import MentorProfile, User
from matching.models import HelpRequest
from mentorship.models import Cohort, CohortMember
from mentorship.selectors.mentors import listed_mentors

CURRENT = (HelpRequest.Status.DRAFT, HelpRequest.Status.OPEN, HelpRequest.Status.MATCHED)
# The organisers can match these, or have matched them.
SUBMITTED = (HelpRequest.Status.OPEN, HelpRequest.Status.MATCHED)


def mentees_without_request() -> QuerySet[CohortMember]:
    """Return the mentees of cohorts that take requests who have not submitted one. They have not left."""
    submitted = HelpRequest.objects.filter(
        cohort=OuterRef("cohort"), mentee=OuterRef("person"), status__in=[*SUBMITTED, HelpRequest.Status.CLOSED]
    )
    members = CohortMember.objects.filter(
        ~Exists(submitted),
        side=CohortMember.Side.MENTEE,
        left_at=None,
        cohort__status__in=[Cohort.Status.OPEN, Cohort.Status.CLOSED],
        person__is_active=True,
    )
    return members.select_related("cohort", "person")


def without_request(person: User) -> QuerySet[CohortMember]:
    """Return the person's places as a mentee for which they have not even a draft. A draft waits on its own."""
    begun = HelpRequest.objects.filter(cohort=OuterRef("cohort"), mentee=person, status=HelpRequest.Status.DRAFT)
    return mentees_without_request().filter(~Exists(begun), person=person)


def current_request(cohort_id: int, person: User) -> HelpRequest | None:
    """Return the person's draft, open or matched request for a cohort. There is one at most."""
    requests = HelpRequest.objects.filter(cohort=cohort_id, mentee=person, status__in=CURRENT)
    return requests.select_related("goal__kind").first()


def last_request(cohort_id: int, person: User) -> HelpRequest | None:
    """Return the person's latest request for a cohort that is over, if there is one."""
    over = HelpRequest.objects.filter(cohort=cohort_id, mentee=person).exclude(status__in=CURRENT)
    return over.select_related("goal__kind").order_by("-closed_at", "-pk").first()


def mentors_to_see(cohort_id: int, reader: User) -> QuerySet[MentorProfile]:
    """Return the mentors of a cohort whom ``reader`` may see, by name: those whom they would find by search."""
    members = CohortMember.objects.filter(cohort=cohort_id, side=CohortMember.Side.MENTOR, left_at=None)
    return listed_mentors(reader).filter(user__in=members.values("person"))
