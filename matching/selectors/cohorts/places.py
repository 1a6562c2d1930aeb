"""Places of the mentors of a cohort, and the pairs that take them. Counted once with the open community."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from django.db.models import Q, QuerySet

from accounts.models import MentorProfile
from matching.models import CohortPair
from mentorship.models import Cohort, CohortMember, Mentorship

Status = CohortPair.Status


def pairs_of(cohort: Cohort) -> QuerySet[CohortPair]:
    """Return the pairs that were published in the cohort, in any status."""
    return CohortPair.objects.filter(help_request__cohort=cohort)


def current_pairs(cohort: Cohort) -> QuerySet[CohortPair]:
    """Return the pairs that wait for answers or were confirmed. A mentee with one is matched no more."""
    return pairs_of(cohort).filter(status__in=CohortPair.CURRENT)


def places_left(
    cohort: Cohort, mentors: Sequence[CohortMember], *, but: CohortPair | None = None
) -> tuple[list[int], list[CohortMember]]:
    """Return the mentees that each of ``mentors`` can take now, 0 or more, and those who are full. Three queries.

    ``mentors`` are members with ``person.mentor``. The places of the cohort are less its live pairs, and its confirmed
    ones while their mentorships run. The capacity is less all running mentorships, and all live pairs of any cohort.
    The pair ``but`` takes no place. Full are those with places left in the cohort, and none by their capacity.
    """
    profiles = [member.person.mentor.pk for member in mentors]
    running = Q(status=Status.CONFIRMED, match__mentorship__status__in=Mentorship.RUNNING)
    pairs = CohortPair.objects.exclude(pk=but.pk) if but else CohortPair.objects.all()
    here = _counts(
        pairs.filter(Q(status__in=CohortPair.LIVE) | running, help_request__cohort=cohort, mentor__in=profiles)
    )
    waiting = _counts(pairs.filter(status__in=CohortPair.LIVE, mentor__in=profiles))
    held = _counts(Mentorship.objects.filter(status__in=Mentorship.RUNNING, mentor__in=profiles))
    found, full = [], []
    for member in mentors:
        mentor = member.person.mentor
        capacity = mentor.capacity - mentor.active_elsewhere - held[mentor.pk] - waiting[mentor.pk]
        places = (member.places or 0) - here[mentor.pk]
        found.append(max(0, min(places, capacity)))
        if places > 0 >= capacity:
            full.append(member)
    return found, full


def has_room(mentor: MentorProfile, cohort_id: int, *, but: CohortPair | None = None) -> bool:
    """Return whether a mentor has not left the cohort and could take one more. Four queries at most.

    ``but``: a pair that takes no place. Who acts on it locks the mentor before.
    """
    members = CohortMember.objects.filter(cohort=cohort_id, person=mentor.user_id, side=CohortMember.Side.MENTOR)
    member = members.filter(left_at=None).select_related("cohort", "person").first()
    if member is None:
        return False
    # Its capacity was read under the lock.
    member.person.mentor = mentor
    [left], _full = places_left(member.cohort, [member], but=but)
    return left > 0


def _counts(rows: QuerySet) -> Counter[int]:
    mentors: Iterable[int] = rows.values_list("mentor", flat=True)
    return Counter(mentors)
