"""The people and mentorships behind the numbers of a cohort for its company. Nobody but the count reads them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, date

from django.db.models import Q

from matching.company_numbers import Part
from matching.models import CohortReport
from mentorship.models import Cohort, CohortMember, Mentorship, Session


def has_numbers(cohort: Cohort) -> bool:
    """Return whether a company reads numbers of the cohort: they begin when it is first closed."""
    return cohort.closed_at is not None or CohortReport.objects.filter(cohort=cohort).exists()


def parts_of(cohort: Cohort) -> Iterator[Part]:
    """Yield the parts of those who are in a cohort, and of those who left with a mentorship of it. Three queries."""
    mentorships: dict[tuple[int, str], list[Mentorship]] = defaultdict(list)
    found = Mentorship.objects.filter(match__help_request__cohort=cohort)
    for mentorship in found.select_related("mentor").order_by("pk"):
        mentorships[mentorship.mentee_id, "mentee"].append(mentorship)
        mentorships[mentorship.mentor.user_id, "mentor"].append(mentorship)
    held: dict[int, list[date]] = defaultdict(list)
    sessions = Session.objects.filter(mentorship__match__help_request__cohort=cohort, status=Session.Status.HELD)
    for mentorship_id, starts_at in sessions.order_by("pk").values_list("mentorship", "starts_at"):
        if starts_at is not None:
            held[mentorship_id].append(starts_at.astimezone(UTC).date())
    matched = [person for person, _side in mentorships]
    members = CohortMember.objects.filter(Q(left_at=None) | Q(person__in=matched), cohort=cohort)
    facts = members.order_by("pk").values_list("person", "side", "person__profile__department")
    for person, side, department in facts:
        own = mentorships[person, side]
        yield Part(
            person=person,
            side=side,
            department=department,
            matched=bool(own),
            running=any(each.status in Mentorship.RUNNING for each in own),
            ended_as_planned=any(each.status == Mentorship.Status.COMPLETED for each in own),
            started_in=min((each.started_at.astimezone(UTC).date() for each in own), default=None),
            sessions=tuple(day for each in own for day in held[each.pk]),
        )
