"""Rows at a limit or past a deadline: for the sweeps, and for what a change of the setting affects."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, F, Func, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from accounts.models import MentorProfile
from matching.models import HelpRequest, Match
from mentorship.selectors.mentors import running_of

DAY = timedelta(days=1)


def long_open(*, after: timedelta, now: datetime) -> QuerySet[HelpRequest]:
    """Return the open requests that were opened or renewed so long ago, and whose mentee was not asked since.

    Requests of a cohort wait for its organisers, and nobody is asked about them.
    """
    long_ago = now - after
    return (
        HelpRequest.objects.filter(Q(renewed_at__isnull=True) | Q(renewed_at__lte=long_ago), opened_at__lte=long_ago)
        .filter(status=HelpRequest.Status.OPEN, cohort=None, still_looking_at__isnull=True)
        .order_by("opened_at", "pk")
    )


def abandoned(*, after: timedelta, now: datetime) -> QuerySet[HelpRequest]:
    """Return the open requests whose mentee was asked so long ago, and has not answered. Not those with an offer."""
    long_ago = now - after
    # The condition on opened_at follows from the other, and lets the index on opened_at be used.
    asked = HelpRequest.objects.filter(opened_at__lte=long_ago, still_looking_at__lte=long_ago)
    offered = Match.objects.filter(help_request=OuterRef("pk"), status=Match.Status.OFFERED)
    return asked.filter(~Exists(offered), status=HelpRequest.Status.OPEN).order_by("opened_at", "pk")


def asked_today(now: datetime) -> Q:
    """Return the condition that a question counts for the limits of a day. A mentor who said yes was not flooded."""
    return Q(asked_at__gt=now - DAY) & ~Q(status=Match.Status.ACCEPTED)


def reactions() -> QuerySet[Match]:
    """Return the questions that mentors answered or let run out since they came (back), the latest of each first.

    A question without a reminder that came to the mentor does not count. Nor does one that the mentee let expire.
    A withdrawn or superseded question says nothing about the mentor.
    """
    had = Match.objects.filter(
        ~Q(status=Match.Status.EXPIRED, reminders_sent=0),
        ~Q(silent_side=Match.Side.MENTEE),
        asked_at__gte=F("mentor__status_since_at"),
        status__in=(Match.Status.ACCEPTED, Match.Status.DECLINED, Match.Status.EXPIRED),
    )
    return had.order_by("mentor", "-ended_at", "-pk")


def mentors_after_silence(questions: int) -> QuerySet[MentorProfile]:
    """Return the approved mentors whose last so many questions all ran out. 0: all."""
    approved = MentorProfile.objects.filter(status=MentorProfile.Status.APPROVED, user__is_active=True)
    if questions == 0:
        return approved
    latest = reactions().filter(mentor=OuterRef("pk")).order_by("-ended_at", "-pk").values("status")[:questions]
    return approved.annotate(last=ArraySubquery(latest)).filter(last=[Match.Status.EXPIRED.value] * questions)


def mentors_with_full_inbox(per_free_place: int) -> QuerySet[MentorProfile]:
    """Return the approved mentors with a free place who have as many questions as that allows, or more."""
    inbox = Match.objects.filter(mentor=OuterRef("pk"), status__in=Match.QUESTIONS).order_by()
    asked = Subquery(inbox.annotate(count=Func(F("pk"), function="count")).values("count"), IntegerField())
    approved = MentorProfile.objects.filter(status=MentorProfile.Status.APPROVED, user__is_active=True)
    free = approved.annotate(left=F("capacity") - F("active_elsewhere") - running_of("pk"), asked=Coalesce(asked, 0))
    return free.filter(left__gt=0, asked__gte=F("left") * per_free_place)
