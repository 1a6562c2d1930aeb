"""Whether a mentor has room for one more mentee of a cohort. Counted once with the open community."""

from __future__ import annotations

from django.db.models import Q

from accounts.models import MentorProfile
from matching.models import CohortPair
from mentorship.models import CohortMember, Mentorship
from mentorship.selectors.mentors import places_taken


def has_room(mentor: MentorProfile, cohort_id: int) -> bool:
    """Return whether a locked mentor, who has not left the cohort, could take one more. Four queries at most.

    The places of the cohort are less its live pairs, and its confirmed ones while their mentorships run. The capacity
    is less all running mentorships, and all live pairs of any cohort.
    """
    members = CohortMember.objects.filter(cohort=cohort_id, person=mentor.user_id, side=CohortMember.Side.MENTOR)
    places = members.filter(left_at=None).values_list("places", flat=True).first()
    if places is None:
        return False
    live = CohortPair.objects.filter(mentor=mentor, status__in=CohortPair.LIVE)
    runs = Q(status=CohortPair.Status.CONFIRMED, match__mentorship__status__in=Mentorship.RUNNING)
    here = CohortPair.objects.filter(mentor=mentor, help_request__cohort=cohort_id)
    if here.filter(Q(status__in=CohortPair.LIVE) | runs).count() >= places:
        return False
    return len(places_taken(mentor)) + live.count() + mentor.active_elsewhere < mentor.capacity
