"""Places of the mentors of a cohort, and the pairs that take them. Counted once with the open community."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import MentorProfile
from matching.models import NOBODY, CohortDraft, CohortPair, HelpRequest
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


def has_room(mentor: MentorProfile, cohort_id: int, *, promised: int = 0, but: CohortPair | None = None) -> bool:
    """Return whether a mentor has not left the cohort and could take one more besides those promised.

    Four queries at most. ``but``: a pair that takes no place. Who acts on it locks the mentor before.
    """
    members = CohortMember.objects.filter(cohort=cohort_id, person=mentor.user_id, side=CohortMember.Side.MENTOR)
    member = members.filter(left_at=None).select_related("cohort", "person").first()
    if member is None:
        return False
    # Its capacity was read under the lock.
    member.person.mentor = mentor
    [left], _full = places_left(member.cohort, [member], but=but)
    return left > promised


def promised_places(cohort_id: int, *, besides: int) -> Counter[int]:
    """Return the places that the newest draft has for mentees whose pair can still be published, by user of the mentor.

    ``besides``: the help request that asks, whose own row does not count. Three queries at most.
    """
    drafts = CohortDraft.objects.filter(cohort=cohort_id, status=CohortDraft.Status.DONE).order_by("-number")
    rows = drafts.values_list("mentor_of", "scores__requests", "scores__mentors").first()
    if rows is None:
        return Counter()
    mentor_of, requests, mentors = rows
    # A draft has one mentor for a request.
    chosen = {one: mentors[index] for one, index in zip(requests, mentor_of, strict=True) if index != NOBODY}
    chosen.pop(besides, None)
    user_of = dict(CohortMember.objects.filter(pk__in=set(chosen.values())).values_list("pk", "person"))
    current = CohortPair.objects.filter(help_request=OuterRef("pk"), status__in=CohortPair.CURRENT)
    tried = CohortPair.objects.filter(help_request=OuterRef("pk"), status__in=CohortPair.CAME_TO_NOTHING)
    waiting = HelpRequest.objects.filter(~Exists(current), pk__in=chosen, status=HelpRequest.Status.OPEN).annotate(
        tried=ArraySubquery(tried.values("mentor__user"))
    )
    users = ((user_of.get(chosen[pk]), before) for pk, before in waiting.values_list("pk", "tried"))
    return Counter(user for user, before in users if user is not None and user not in before)


def _counts(rows: QuerySet) -> Counter[int]:
    mentors: Iterable[int] = rows.values_list("mentor", flat=True)
    return Counter(mentors)
