"""The turn of a help request: the side that acts next, and since when."""

from __future__ import annotations

from django.db.models import Case, CharField, Max, Min, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce, Greatest

from matching.models import CohortPair, HelpRequest, Match
from matching.selectors.cohorts.over import without_pairs_apart

MENTEE, MENTOR, COMMUNITY, ORGANISERS = "mentee", "mentor", "community", "organisers"


def with_turns(requests: QuerySet[HelpRequest]) -> QuerySet[HelpRequest]:
    """Annotate ``whose_turn`` and ``turn_since_at``: the side that acts next, and since when. Null once it is over.

    A draft waits for its mentee. An open request of a cohort waits for the organisers, since it was opened or the
    latest proposal came to nothing. While a mentor is proposed, it waits for the mentee, and after their yes for the
    mentor. For any other open request, the first of these that applies decides:

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
    pairs = CohortPair.objects.filter(help_request=OuterRef("pk"), proposed_at__isnull=False)
    # A sweep ends the pairs of those who are kept apart or left. Until then nobody has to answer.
    waits = without_pairs_apart(pairs.filter(status=CohortPair.Status.PROPOSED, mentor__user__is_active=True))
    over = pairs.order_by().values("help_request").annotate(at=Max("ended_at"))
    return requests.alias(
        first_asked_at=asked,
        latest_to_answer_at=answer,
        # GREATEST of PostgreSQL ignores nulls.
        for_mentee_at=Greatest(answer, proposed),
        pair_proposed_at=Subquery(waits.values("proposed_at")),
        said_yes_at=Subquery(waits.values("mentee_yes_at")),
        latest_pair_over_at=Subquery(over.values("at")),
    ).annotate(
        whose_turn=Case(
            When(draft, then=Value(MENTEE)),
            When(in_cohort & Q(said_yes_at__isnull=False), then=Value(MENTOR)),
            When(in_cohort & Q(pair_proposed_at__isnull=False), then=Value(MENTEE)),
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
            When(in_cohort, then=Coalesce("said_yes_at", "pair_proposed_at", "latest_pair_over_at", "opened_at")),
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
