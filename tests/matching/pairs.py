"""A cohort with a draft, for tests of its pairs."""

from __future__ import annotations

from collections.abc import Sequence

from accounts.models import MentorProfile, User
from matching.models import NOBODY, CohortDraft, CohortPair, HelpRequest
from mentorship.models import Cohort, CohortMember
from tests.factories import (
    NOW,
    CohortDraftFactory,
    CohortFactory,
    CohortMemberFactory,
    CohortPairFactory,
    CohortScoresFactory,
    HelpRequestFactory,
    MentorFactory,
    UserFactory,
)


def closed_cohort(**facts: object) -> Cohort:
    return CohortFactory(**{"status": "closed", "closed_at": NOW} | facts)


def member(cohort: Cohort, person: User, **facts: object) -> CohortMember:
    return CohortMemberFactory(cohort=cohort, person=person, **facts)


def mentor_in(cohort: Cohort, **facts: object) -> MentorProfile:
    """Return a mentor who is in the cohort, with two places."""
    mentor = MentorFactory(**facts)
    member(cohort, mentor.user, side="mentor")
    return mentor


def draft_of(
    cohort: Cohort,
    mentors: Sequence[MentorProfile],
    chosen: Sequence[int],
    *,
    alternates: Sequence[list[int]] = (),
    **facts: object,
) -> CohortDraft:
    """Return a draft with a new mentee, and a request, for each index of a mentor in ``chosen``, or NOBODY."""
    people = [UserFactory() for _index in chosen]
    return CohortDraftFactory(
        cohort=cohort,
        scores=CohortScoresFactory(
            cohort=cohort,
            mentees=[member(cohort, person).pk for person in people],
            requests=[HelpRequestFactory(mentee=person, cohort=cohort).pk for person in people],
            mentors=[cohort.members.get(person=mentor.user, side="mentor").pk for mentor in mentors],
            engine_version="7",
        ),
        mentor_of=list(chosen),
        fits=[0 if index == NOBODY else 8_049 for index in chosen],
        alternates=list(alternates) or [[] for _index in chosen],
        **facts,
    )


def proposed_pair(
    *, alternates: Sequence[MentorProfile] = (), cohort: Cohort | None = None, **facts: object
) -> CohortPair:
    """Return a pair that waits for both. The two are members, and so are the mentors who are kept as alternates."""
    request = facts.get("help_request")
    cohort = cohort or (request.cohort if isinstance(request, HelpRequest) else closed_cohort())
    facts = {"draft__cohort": cohort, "draft__scores__engine_version": "7"} | facts
    if "draft" in facts:
        facts = {name: value for name, value in facts.items() if not name.startswith("draft__")}
    pair = CohortPairFactory(alternates=[mentor.pk for mentor in alternates], **facts)
    if not cohort.members.filter(person=pair.help_request.mentee).exists():
        member(cohort, pair.help_request.mentee)
    if not cohort.members.filter(person=pair.mentor.user).exists():
        member(cohort, pair.mentor.user, side="mentor")
    return pair
