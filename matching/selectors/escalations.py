"""Requests and mentors for which an admin has to act.

Each selector returns rows without an order, with ``since_at``: the time since when the cause is there.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery

from accounts.models import MentorProfile
from matching.models import HelpRequest, Match

UNANSWERED = 2


def _expired() -> QuerySet[Match]:
    """Return the questions that their mentors left without an answer."""
    return Match.objects.filter(status=Match.Status.EXPIRED, silent_side=Match.Side.MENTOR).order_by()


def requests_without_a_mentor(*, days: int, now: datetime) -> QuerySet[HelpRequest]:
    """Return the requests for which nobody has been found for ``days``."""
    queued = HelpRequest.objects.filter(queued_at__lte=now - timedelta(days=days), mentee__is_active=True)
    return queued.annotate(since_at=F("queued_at")).select_related("mentee", "goal__kind")


def unanswered_requests(*, days: int, now: datetime) -> QuerySet[HelpRequest]:
    """Return open requests of which UNANSWERED questions had no answer, and for which nobody is asked now.

    Since the last one expired: ``days`` ago at least.
    """
    unanswered = _expired().filter(help_request=OuterRef("pk")).order_by("-ended_at").values("ended_at")
    waiting = Match.objects.filter(help_request=OuterRef("pk"), status__in=Match.WAITING)
    found = HelpRequest.objects.filter(
        Exists(unanswered[UNANSWERED - 1 : UNANSWERED]),
        ~Exists(waiting),
        status=HelpRequest.Status.OPEN,
        # The rule about requests without a mentor has those for which nobody is found.
        queued_at__isnull=True,
        mentee__is_active=True,
    ).annotate(since_at=Subquery(unanswered[:1]))
    return found.filter(since_at__lte=now - timedelta(days=days)).select_related("mentee", "goal__kind")


def silent_mentors(*, days: int, now: datetime) -> QuerySet[MentorProfile]:
    """Return approved mentors whose last UNANSWERED questions had no answer, though they were reminded.

    Since the last one expired: ``days`` ago at least. Questions from before they came or came back do not count.
    """
    # The condition on ``ended_at`` follows from the one on ``asked_at``, and lets the index find few rows.
    since = OuterRef("status_since_at")
    own = _expired().filter(mentor=OuterRef("pk"), reminders_sent__gt=0, ended_at__gte=since, asked_at__gte=since)
    ends = own.order_by("-ended_at").values("ended_at")
    # The last one is read for each of few mentors. Asked whether one exists, PostgreSQL would join all answers of all.
    answers = Match.objects.filter(
        mentor=OuterRef("pk"), status__in=[Match.Status.ACCEPTED, Match.Status.DECLINED], asked_at__isnull=False
    )
    approved = MentorProfile.objects.filter(status=MentorProfile.Status.APPROVED, user__is_active=True)
    found = approved.annotate(
        since_at=Subquery(ends[:1]),
        first_of_them_at=Subquery(ends[UNANSWERED - 1 : UNANSWERED]),
        answered_at=Subquery(answers.order_by("-ended_at").values("ended_at")[:1]),
    )
    is_silent = Q(first_of_them_at__isnull=False, since_at__lte=now - timedelta(days=days))
    no_answer = Q(answered_at__isnull=True) | Q(answered_at__lte=F("first_of_them_at"))
    return found.filter(is_silent, no_answer).select_related("user")
