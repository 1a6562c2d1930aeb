"""Rows past a deadline: for the sweeps, and for what a change of the setting affects."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import QuerySet

from mentorship.models import Feedback, Mentorship, OutcomeQuestion, Session
from mentorship.selectors.apart import in_contact


def ends_to_ask_about(*, before: timedelta, now: datetime) -> QuerySet[Mentorship]:
    """Return the running mentorships whose planned end is so near, and about which nobody was asked."""
    due = Mentorship.objects.filter(
        status__in=Mentorship.RUNNING, end_asked_at__isnull=True, planned_end_on__lte=now.date() + before
    )
    return due.order_by("planned_end_on", "pk")


def answered_by_one(*, after: timedelta, now: datetime) -> QuerySet[Session]:
    """Return sessions whose one answer has stood so long. Two that agree settle at once, others are disputed."""
    asked = Session.objects.filter(status=Session.Status.CONFIRMED, disputed_at__isnull=True)
    return asked.filter(attendance__answered_at__lte=now - after).distinct().order_by("starts_at", "pk")


def outcomes_to_remind_of(*, after: timedelta, now: datetime) -> QuerySet[OutcomeQuestion]:
    """Return the questions that were asked so long ago, without a reminder."""
    asked = OutcomeQuestion.objects.filter(reminded_at__isnull=True, asked_at__lte=now - after)
    return asked.order_by("asked_at", "pk")


def with_feedback_to_open(*, after: timedelta, now: datetime) -> QuerySet[Mentorship]:
    """Return the mentorships that ended so long ago, with sealed feedback, of two who are in contact."""
    sealed = Feedback.objects.filter(opened_at__isnull=True)
    over = Mentorship.objects.filter(pk__in=sealed.values("mentorship"), ended_at__lte=now - after)
    return over.filter(in_contact()).order_by("ended_at", "pk")
