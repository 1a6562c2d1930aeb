"""The turn of a help request: the side that acts next, and since when."""

from __future__ import annotations

from django.db.models import Case, CharField, Max, Min, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce, Greatest

from matching.models import HelpRequest, Match

MENTEE, MENTOR, COMMUNITY = "mentee", "mentor", "community"


def with_turns(requests: QuerySet[HelpRequest]) -> QuerySet[HelpRequest]:
    """Annotate ``whose_turn`` and ``turn_since_at``: the side that acts next, and since when. Null once it is over.

    A draft waits for its mentee. For an open request, the first of these that applies decides:

    - an offer, or a question back: the mentee, since the latest of these or of the proposals;
    - a question: the mentor who was asked first;
    - a proposal: the mentee, since the latest one;
    - otherwise the community, since the request is in the queue, or open.
    """
    asked = Min("matches__waits_since_at", filter=Q(matches__status=Match.Status.ASKED))
    for_mentee = [Match.Status.OFFERED, Match.Status.CLARIFYING]
    answer = Max("matches__waits_since_at", filter=Q(matches__status__in=for_mentee))
    proposed = Max("matches__created_at", filter=Q(matches__status=Match.Status.PROPOSED))
    draft, is_open = Q(status=HelpRequest.Status.DRAFT), Q(status=HelpRequest.Status.OPEN)
    return requests.alias(
        first_asked_at=asked,
        latest_to_answer_at=answer,
        # GREATEST of PostgreSQL ignores nulls.
        for_mentee_at=Greatest(answer, proposed),
    ).annotate(
        whose_turn=Case(
            When(draft, then=Value(MENTEE)),
            When(is_open & Q(latest_to_answer_at__isnull=False), then=Value(MENTEE)),
            When(is_open & Q(first_asked_at__isnull=False), then=Value(MENTOR)),
            When(is_open & Q(for_mentee_at__isnull=False), then=Value(MENTEE)),
            When(is_open, then=Value(COMMUNITY)),
            default=None,
            output_field=CharField(null=True),
        ),
        turn_since_at=Case(
            When(draft, then="created_at"),
            When(is_open & Q(latest_to_answer_at__isnull=False), then="for_mentee_at"),
            When(is_open, then=Coalesce("first_asked_at", "for_mentee_at", "queued_at", "opened_at")),
            default=None,
        ),
    )
