"""Whose turn it is with a help request, and since when."""

from __future__ import annotations

from django.db.models import Case, CharField, Max, Min, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce, Greatest

from matching.models import HelpRequest, Match

MENTEE, MENTOR, COMMUNITY = "mentee", "mentor", "community"


def with_turns(requests: QuerySet[HelpRequest]) -> QuerySet[HelpRequest]:
    """Annotate ``whose_turn`` and ``turn_since_at``: who is to act next, and since when; null once it is over.

    A draft waits for its mentee. An open request with an offer waits for the mentee, since the latest offer or
    proposal; else for the mentor who was asked first; else for the mentee, since the latest proposal; else the
    community looks for somebody.
    """
    asked = Min("matches__asked_at", filter=Q(matches__status=Match.Status.ASKED))
    offered = Max("matches__offered_at", filter=Q(matches__status=Match.Status.OFFERED))
    proposed = Max("matches__created_at", filter=Q(matches__status=Match.Status.PROPOSED))
    draft, is_open = Q(status=HelpRequest.Status.DRAFT), Q(status=HelpRequest.Status.OPEN)
    return requests.alias(
        first_asked_at=asked,
        latest_offer_at=offered,
        # PostgreSQL leaves nulls out of the greatest.
        for_mentee_at=Greatest(offered, proposed),
    ).annotate(
        whose_turn=Case(
            When(draft, then=Value(MENTEE)),
            When(is_open & Q(latest_offer_at__isnull=False), then=Value(MENTEE)),
            When(is_open & Q(first_asked_at__isnull=False), then=Value(MENTOR)),
            When(is_open & Q(for_mentee_at__isnull=False), then=Value(MENTEE)),
            When(is_open, then=Value(COMMUNITY)),
            default=None,
            output_field=CharField(null=True),
        ),
        turn_since_at=Case(
            When(draft, then="created_at"),
            When(is_open & Q(latest_offer_at__isnull=False), then="for_mentee_at"),
            When(is_open, then=Coalesce("first_asked_at", "for_mentee_at", "queued_at", "opened_at")),
            default=None,
        ),
    )
