"""Sessions that a person missed, or cancelled too late, in one role."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Case, F, FloatField, Q, QuerySet, Sum, When
from django.db.models.functions import Coalesce

from accounts.community_settings import days_of, value_of
from accounts.models import MentorProfile, User
from mentorship.models import Session


def counted_for() -> timedelta:
    """Return how long a missed session counts."""
    return days_of("misses_days")


def late() -> timedelta:
    """Return the time before its beginning in which a session that is cancelled counts half."""
    return timedelta(hours=value_of("late_hours"))


def misses_of(person: User, *, as_mentor: bool, now: datetime) -> float:
    """Return the missed sessions that still count. Those before the person came back do not.

    A mentor comes back from a pause for missed sessions. Another pause, by their own wish, changes nothing here.
    """
    mine = _counted(as_mentor=as_mentor, now=now).filter(**{_person(as_mentor): person})
    return mine.aggregate(sum=Coalesce(Sum("weight"), 0.0))["sum"]


def people_with_misses(*, as_mentor: bool, at_least: float, now: datetime) -> QuerySet[User]:
    """Return the people with so many missed sessions in one role who are not paused in it."""
    person = _person(as_mentor)
    often = _counted(as_mentor=as_mentor, now=now).order_by().values(person).annotate(sum=Sum("weight"))
    people = User.objects.filter(pk__in=often.filter(sum__gte=at_least).values(person), is_active=True)
    if as_mentor:
        return people.filter(mentor__status=MentorProfile.Status.APPROVED)
    return people.filter(profile__asking_paused_at__isnull=True)


def sessions_that_count(
    *, now: datetime, counted: timedelta | None = None, late_from: timedelta | None = None
) -> QuerySet[Session]:
    """Return the sessions that count against one of their two. The times are those in force, or others."""
    sides = [_counted(as_mentor=side, now=now, counted=counted, late_from=late_from) for side in (False, True)]
    return Session.objects.filter(Q(*(Q(pk__in=side.values("pk")) for side in sides), _connector=Q.OR))


def _person(as_mentor: bool) -> str:
    return "mentorship__mentor__user" if as_mentor else "mentorship__mentee"


def _counted(
    *, as_mentor: bool, now: datetime, counted: timedelta | None = None, late_from: timedelta | None = None
) -> QuerySet[Session]:
    """Return the sessions that count against one of their two, with their ``weight``."""
    back_at = "mentorship__mentor__back_after_misses_at" if as_mentor else "mentorship__mentee__profile__asking_back_at"
    missed = Q(
        Q(**{f"{back_at}__isnull": True}) | Q(starts_at__gt=F(back_at)),
        status=Session.Status.MISSED_BY_MENTOR if as_mentor else Session.Status.MISSED_BY_MENTEE,
    )
    cancelled_late = Q(
        Q(**{f"{back_at}__isnull": True}) | Q(cancelled_at__gt=F(back_at)),
        status=Session.Status.CANCELLED,
        cancelled_by=F(_person(as_mentor)),
        cancelled_at__lt=F("starts_at"),
        cancelled_at__gt=F("starts_at") - (late_from or late()),
    )
    sessions = Session.objects.filter(missed | cancelled_late, starts_at__gt=now - (counted or counted_for()))
    return sessions.annotate(weight=Case(When(missed, then=1.0), default=0.5, output_field=FloatField()))
