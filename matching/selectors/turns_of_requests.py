"""The turn of a help request: the side that acts next, and since when."""

from __future__ import annotations

from django.db.models import Case, CharField, Max, Min, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce, Greatest

from matching.models import HelpRequest, Match

MENTEE, MENTOR, COMMUNITY, ORGANISERS = "mentee", "mentor", "community", "organisers"


def with_turns(requests: QuerySet[HelpRequest]) -> QuerySet[HelpRequest]:
    """Annotate ``whose_turn`` and ``turn_since_at``: the side that acts next, and since when. Null once it is over.

    A draft waits for its mentee, and an open request of a cohort for the organisers. For any other open request, the
    first of these that applies decides:

    - an offer, or a question back: the mentee, since the latest of these or of the proposals;
    - a question: the mentor who was asked first;
    - a proposal: the mentee, since the latest one;
    - otherwise the community, since the request is in the queue, or open.
    """
    asked = _of_matches(Min("waits_since_at"), Match.Status.ASKED)
    answer = _of_matches(Max("waits_since_at"), Match.Status.OFFERED, Match.Status.CLARIFYING)
    proposed = _of_matches(Max("created_at"), Match.Status.PROPOSED)
    draft, is_open = Q(status=HelpRequest.Status.DRAFT), Q(status=HelpRequest.Status.OPEN)
    in_cohort = is_open & Q(cohort__isnull=False)
    return requests.alias(
        first_asked_at=asked,
        latest_to_answer_at=answer,
        # GREATEST of PostgreSQL ignores nulls.
        for_mentee_at=Greatest(answer, proposed),
    ).annotate(
        whose_turn=Case(
            When(draft, then=Value(MENTEE)),
            When(in_cohort, then=Value(ORGANISERS)),
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


def _of_matches(value: Max | Min, *statuses: str) -> Subquery:
    """Return ``value`` of the matches with one of ``statuses``.

    A subquery for each request that is read: a join would read all requests to show a page of them.
    """
    matches = Match.objects.filter(help_request=OuterRef("pk"), status__in=statuses)
    return Subquery(matches.order_by().values("help_request").annotate(at=value).values("at"))
