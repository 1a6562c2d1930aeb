"""Whose turn it is in an open help request, and since when."""

from __future__ import annotations

from django.db.models import Case, CharField, DateTimeField, F, Min, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce

from matching.models import HelpRequest, Match
from matching.selectors.queue import with_queue_place

MENTEE, MENTOR, COMMUNITY, SEARCH = "mentee", "mentor", "community", "search"


def waiting_requests(requests: QuerySet[HelpRequest]) -> QuerySet[HelpRequest]:
    """Return the open ones of ``requests``, the longest waiting first.

    ``turn``: COMMUNITY if nobody could be proposed, MENTEE to choose or to answer an offer, MENTOR to answer a
    question, SEARCH while mentors are looked for. ``turn_since_at``: since when. ``queue_place`` as in the queue.
    """

    def earliest(field: str, status: str) -> Min:
        return Min(f"matches__{field}", filter=Q(matches__status=status))

    # In the order of what has to happen first: an offer waits for the mentee, whoever else was asked.
    turns = [
        (Q(queued_at__isnull=False), COMMUNITY, F("queued_at")),
        (Q(first_offered_at__isnull=False), MENTEE, F("first_offered_at")),
        (Q(first_asked_at__isnull=False), MENTOR, F("first_asked_at")),
        (Q(first_proposed_at__isnull=False), MENTEE, F("first_proposed_at")),
    ]
    return (
        with_queue_place(requests.filter(status=HelpRequest.Status.OPEN))
        .annotate(
            first_offered_at=earliest("offered_at", Match.Status.OFFERED),
            first_asked_at=earliest("asked_at", Match.Status.ASKED),
            first_proposed_at=earliest("created_at", Match.Status.PROPOSED),
        )
        .annotate(
            turn=Case(
                *(When(condition, then=Value(who)) for condition, who, _ in turns),
                default=Value(SEARCH),
                output_field=CharField(),
            ),
            turn_since_at=Case(
                *(When(condition, then=since) for condition, _, since in turns),
                default=Coalesce("mentors_due_at", "opened_at"),
                output_field=DateTimeField(),
            ),
        )
        .order_by("turn_since_at", "pk")
    )
