"""Mentees who are left out when the pairs of a draft are published hear so."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import User
from matching.models import NOBODY, CohortDraft, CohortPair, HelpRequest
from matching.pair_moves import tell_of_next_round
from mentorship.models import Cohort, CohortMember


def tell_left_out(draft: CohortDraft, cohort: Cohort, *, by: User, now: datetime) -> None:
    """Tell the mentees of a draft who look for a mentor and have no pair, once all its pairs are published by ``by``.

    Once in each round. Those who read of a pair in this round have read what is next. A pair of ``by`` waits for
    another admin.
    """
    people = User.objects.filter(help_requests__in=_left_out(draft, by)).select_related("profile").order_by("pk")
    if mentees := list(people):
        tell_of_next_round(mentees, cohort, draft.round, now=now)


def _left_out(draft: CohortDraft, by: User) -> QuerySet[HelpRequest]:
    pairs = CohortPair.objects.filter(help_request=OuterRef("pk"))
    in_round = pairs.filter(draft__cohort=draft.cohort_id, draft__round=draft.round, proposed_at__isnull=False)
    # They were told that they hear how it goes on.
    read_what_is_next = in_round.exclude(why_withdrawn=CohortPair.Why.TAKEN_BACK)
    place = CohortMember.objects.filter(
        cohort=draft.cohort_id, person=OuterRef("mentee"), side=CohortMember.Side.MENTEE, left_at=None
    )
    return HelpRequest.objects.filter(
        Exists(place),
        ~Exists(pairs.filter(status__in=CohortPair.CURRENT)),
        ~Exists(read_what_is_next),
        pk__in=_requests(draft, by),
        status=HelpRequest.Status.OPEN,
        mentee__is_active=True,
    )


def _requests(draft: CohortDraft, by: User) -> list[int]:
    """Return the requests of a draft without those in a pair of ``by``."""
    scores = draft.scores
    # A constraint of drafts that are made.
    assert scores is not None  # noqa: S101
    own = set(CohortMember.objects.filter(cohort=draft.cohort_id, person=by).values_list("pk", flat=True))
    rows = zip(scores.mentees, scores.requests, draft.mentor_of, strict=True)
    return [
        request
        for mentee, request, mentor in rows
        if mentor == NOBODY or own.isdisjoint((mentee, scores.mentors[mentor]))
    ]
