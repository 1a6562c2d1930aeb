"""Pairs who may not be matched any more: a block, an exclusion, or the end of the mentoring by the admins."""

from __future__ import annotations

from functools import cache

from django.db.models import Case, Exists, OuterRef, Q, QuerySet, Value, When

from accounts.models import Block, MentorProfile
from mentorship.models import Exclusion, Mentorship

# The statuses by which admins end the mentoring of a mentor.
ENDED_BY_ADMINS = (MentorProfile.Status.SUSPENDED, MentorProfile.Status.REJECTED)


@cache
def apart(*, mentee: str) -> Q:
    """Return the condition that the ``mentor`` of a row is suspended, or kept apart from the person in ``mentee``."""
    one, other = OuterRef("mentor__user"), OuterRef(mentee)
    excluded = Exclusion.objects.filter(Q(first=one, second=other) | Q(first=other, second=one))
    blocked = Block.objects.filter(Q(blocker=one, blocked=other) | Q(blocker=other, blocked=one))
    return Q(mentor__status__in=ENDED_BY_ADMINS) | Exists(excluded) | Exists(blocked)


def with_apart(mentorships: QuerySet[Mentorship]) -> QuerySet[Mentorship]:
    """Annotate ``is_kept_apart``: neither reads the address of the other any more."""
    return mentorships.annotate(
        is_kept_apart=Case(When(apart(mentee="mentee"), then=Value(True)), default=Value(False))
    )


def is_apart(mentorship: Mentorship) -> bool:
    """Return whether the two of a mentorship are kept apart. One query."""
    return Mentorship.objects.filter(apart(mentee="mentee"), pk=mentorship.pk).exists()


def in_contact() -> Q:
    """Return the condition that new words may pass between the two of a mentorship."""
    return Q(mentee__is_active=True, mentor__user__is_active=True) & ~apart(mentee="mentee")


def can_meet(mentorship: Mentorship) -> bool:
    """Return whether both are still here, and not kept apart. One query at most."""
    return mentorship.mentee.is_active and mentorship.mentor.user.is_active and not is_apart(mentorship)
