"""Sessions that a person missed, or cancelled too late, in one role."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Case, F, FloatField, Q, QuerySet, Sum, When
from django.db.models.functions import Coalesce

from accounts.models import MentorProfile, User
from mentorship.models import Session

COUNTED_FOR = timedelta(days=30)
# A session that is cancelled so shortly before its beginning counts half.
LATE = timedelta(hours=24)


def misses_of(person: User, *, as_mentor: bool, now: datetime) -> float:
    """Return the missed sessions of the last COUNTED_FOR. Those before the person came back do not count.

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


def _person(as_mentor: bool) -> str:
    return "mentorship__mentor__user" if as_mentor else "mentorship__mentee"


def _counted(*, as_mentor: bool, now: datetime) -> QuerySet[Session]:
    """Return the sessions that count against one of their two, with their ``weight``."""
    back_at = "mentorship__mentor__back_after_misses_at" if as_mentor else "mentorship__mentee__profile__asking_back_at"
    missed = Q(
        Q(**{f"{back_at}__isnull": True}) | Q(starts_at__gt=F(back_at)),
        status=Session.Status.MISSED_BY_MENTOR if as_mentor else Session.Status.MISSED_BY_MENTEE,
    )
    late = Q(
        Q(**{f"{back_at}__isnull": True}) | Q(cancelled_at__gt=F(back_at)),
        status=Session.Status.CANCELLED,
        cancelled_by=F(_person(as_mentor)),
        cancelled_at__lt=F("starts_at"),
        cancelled_at__gt=F("starts_at") - LATE,
    )
    sessions = Session.objects.filter(missed | late, starts_at__gt=now - COUNTED_FOR)
    return sessions.annotate(weight=Case(When(missed, then=1.0), default=0.5, output_field=FloatField()))
