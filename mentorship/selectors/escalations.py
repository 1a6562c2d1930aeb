"""Mentorships, sessions, feedback and people for which an admin has to act.

Each selector returns rows without an order, with ``since_at``: the time since when the cause is there.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Case, Count, Exists, F, Max, OuterRef, Q, QuerySet, Subquery, Sum, When, Window
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Greatest, RowNumber

from accounts.models import MentorProfile, User
from mentorship.models import ActionItem, Feedback, FitCheck, Mentorship, OrganiserNote, Session, SessionTime
from mentorship.selectors.apart import in_contact
from mentorship.selectors.feedback import feedback_reported_to_admins
from mentorship.selectors.fit_checks import told_organisers
from mentorship.selectors.silence import with_quiet_since

PEOPLE = ("mentor__user", "mentee")
PLANNED_OR_HELD = (Session.Status.CONFIRMED, Session.Status.HELD)
NO_SHOWS = 2
# The time over which the hours of a mentor are compared with those that they offer in a month.
MONTH = timedelta(days=30)


def never_met(*, days: int, now: datetime) -> QuerySet[Mentorship]:
    """Return active mentorships that began ``days`` ago, without a session that was held or is planned.

    Pauses do not count. Nobody is asked while times for a session lie ahead.
    """
    until = now - timedelta(days=days)
    active = Mentorship.objects.filter(in_contact(), status=Mentorship.Status.ACTIVE, started_at__lte=until)
    sessions = Session.objects.filter(mentorship=OuterRef("pk"), status__in=PLANNED_OR_HELD)
    found = active.filter(~Exists(sessions), ~Exists(_times_ahead(now)))
    # A pause moves no ``since_at``: the cause stays the same.
    due = found.annotate(due_at=F("started_at") + F("paused_for")).filter(due_at__lte=until)
    return due.annotate(since_at=F("started_at")).select_related(*PEOPLE)


def silent_pairs(*, days: int, now: datetime) -> QuerySet[Mentorship]:
    """Return active mentorships whose two met before, and have been quiet for ``days``."""
    until = now - timedelta(days=days)
    sessions = Session.objects.filter(mentorship=OuterRef("pk"), status__in=PLANNED_OR_HELD)
    steps = ActionItem.objects.filter(mentorship=OuterRef("pk"), done_at__gt=until)
    # One-off help that had its session is served. These conditions say that ``quiet_since`` is not after ``until``. To
    # compute it for everybody would cost more.
    quiet = Mentorship.objects.filter(
        in_contact(),
        Q(quiet_from_at__isnull=True) | Q(quiet_from_at__lte=until),
        Exists(sessions),
        ~Exists(sessions.filter(starts_at__gt=until)),
        ~Exists(_times_ahead(now)),
        ~Exists(steps),
        status=Mentorship.Status.ACTIVE,
        format=MentorProfile.Format.ONGOING,
        started_at__lte=until,
    )
    return with_quiet_since(quiet, now=now).annotate(since_at=F("quiet_since")).select_related(*PEOPLE)


def _times_ahead(now: datetime) -> QuerySet[SessionTime]:
    times = SessionTime.objects.filter(session__mentorship=OuterRef("pk"), session__status=Session.Status.PROPOSED)
    return times.filter(starts_at__gt=now)


def said_not_good(*, days: int, now: datetime) -> QuerySet[FitCheck]:
    """Return the fit checks by which a person told the organisers, ``days`` ago, that it does not go well."""
    told = told_organisers().filter(organisers_told_at__lte=now - timedelta(days=days))
    found = told.annotate(since_at=F("organisers_told_at"))
    return found.select_related("person", "mentorship__mentor__user", "mentorship__mentee")


def disputed_sessions(*, days: int, now: datetime) -> QuerySet[Session]:
    """Return the sessions about which the two have said different things for ``days``."""
    found = Session.objects.filter(disputed_at__lte=now - timedelta(days=days)).annotate(since_at=F("disputed_at"))
    return found.select_related("kind", "mentorship__mentor__user", "mentorship__mentee")


def absent_mentees(*, days: int, now: datetime) -> QuerySet[User]:
    """Return mentees who missed NO_SHOWS sessions within ``days``, and may still ask. Since the last miss was noted."""
    missed = Session.objects.filter(
        Q(mentorship__mentee__profile__asking_back_at__isnull=True)
        | Q(starts_at__gt=F("mentorship__mentee__profile__asking_back_at")),
        status=Session.Status.MISSED_BY_MENTEE,
        starts_at__gt=now - timedelta(days=days),
    )
    often, last = _often("mentorship__mentee", missed)
    asking = User.objects.filter(is_active=True, profile__asking_paused_at__isnull=True, pk__in=often)
    return asking.annotate(since_at=last)


def absent_mentors(*, days: int, now: datetime) -> QuerySet[MentorProfile]:
    """Return approved mentors who missed NO_SHOWS sessions within ``days``. Since the last miss was noted."""
    missed = Session.objects.filter(
        Q(mentorship__mentor__back_after_misses_at__isnull=True)
        | Q(starts_at__gt=F("mentorship__mentor__back_after_misses_at")),
        status=Session.Status.MISSED_BY_MENTOR,
        starts_at__gt=now - timedelta(days=days),
    )
    often, last = _often("mentorship__mentor", missed)
    return _approved().filter(pk__in=often).annotate(since_at=last)


def _often(person: str, missed: QuerySet[Session]) -> tuple[QuerySet[Session], Subquery]:
    """Return the keys of those who missed NO_SHOWS of these sessions, and an expression for when the last was noted."""
    by_person = missed.order_by().values(person)
    # An earlier session that is settled later is a new cause. Rows of earlier versions do not say when it was settled.
    noted = Max(Coalesce("missed_at", "starts_at"))
    last = by_person.filter(**{person: OuterRef("pk")}).annotate(last=noted).values("last")
    return by_person.annotate(count=Count("pk")).filter(count__gte=NO_SHOWS).values(person), Subquery(last)


def last_missed(person: User, *, as_mentor: bool) -> Session | None:
    """Return the session that ``person`` missed last in one role."""
    if as_mentor:
        missed = Session.objects.filter(mentorship__mentor__user=person, status=Session.Status.MISSED_BY_MENTOR)
    else:
        missed = Session.objects.filter(mentorship__mentee=person, status=Session.Status.MISSED_BY_MENTEE)
    return missed.order_by("-starts_at", "-pk").first()


def overloaded_mentors(*, days: int, now: datetime) -> QuerySet[MentorProfile]:
    """Return approved mentors who carry more people than they offered, or met these for more hours in the last MONTH.

    Since the first mentorship too many began, or the hours passed those offered: ``days`` ago at least.
    """
    running = Mentorship.objects.filter(status__in=Mentorship.RUNNING).order_by()
    room = F("mentor__capacity") - F("mentor__active_elsewhere")
    too_many = running.values("mentor").annotate(count=Count("pk")).filter(count__gt=room).values("mentor")
    ever_met = Session.objects.filter(
        mentorship__status__in=Mentorship.RUNNING, status__in=PLANNED_OR_HELD, starts_at__lte=now
    ).order_by()
    met = ever_met.filter(starts_at__gt=now - MONTH)
    offered = F("mentorship__mentor__monthly_hours") * 60
    too_long = (
        met.filter(mentorship__mentor__monthly_hours__gt=0)
        .values("mentorship__mentor")
        .annotate(spent=Sum("minutes"))
        .filter(spent__gt=offered)
        .values("mentorship__mentor")
    )
    found = _approved().filter(Q(pk__in=too_many) | Q(pk__in=too_long))
    # Greatest leaves out a null: the one of the two that is not too much.
    since_at = Greatest(
        Case(When(pk__in=too_many, then=Subquery(_first_too_many(running, room)))),
        Case(When(pk__in=too_long, then=Subquery(_passed_hours(ever_met, offered)))),
    )
    found = found.annotate(since_at=since_at).filter(since_at__lte=now - timedelta(days=days))
    people = running.filter(mentor=OuterRef("pk")).values("mentor").annotate(count=Count("pk")).values("count")
    return found.annotate(
        running=Coalesce(Subquery(people), 0),
        minutes_met=Coalesce(
            Subquery(
                met.filter(mentorship__mentor=OuterRef("pk"))
                .values("mentorship__mentor")
                .annotate(spent=Sum("minutes"))
                .values("spent")
            ),
            0,
        ),
    )


def _first_too_many(running: QuerySet[Mentorship], room: Combinable) -> QuerySet[Any, Any]:
    """Return the start of the first mentorship of an outer mentor for which there was no ``room``."""
    in_order = Window(RowNumber(), partition_by="mentor", order_by=["started_at", "pk"])
    numbered = running.filter(mentor=OuterRef("pk")).annotate(number=in_order)
    return numbered.filter(number=Greatest(room, 0) + 1).values("started_at")


def _passed_hours(met: QuerySet[Session], offered: Combinable) -> QuerySet[Any, Any]:
    """Return the start of the session of an outer mentor by which the minutes of a MONTH last passed those offered."""
    before = (
        met.filter(
            mentorship__mentor=OuterRef("mentorship__mentor"),
            starts_at__gt=OuterRef("starts_at") - MONTH,
            starts_at__lt=OuterRef("starts_at"),
        )
        .values("mentorship__mentor")
        .annotate(spent=Sum("minutes"))
        .values("spent")
    )
    of_mentor = met.filter(mentorship__mentor=OuterRef("pk")).annotate(before=Coalesce(Subquery(before), 0))
    passing = of_mentor.filter(before__lte=offered, before__gt=offered - F("minutes"))
    return passing.order_by("-starts_at").values("starts_at")[:1]


def _approved() -> QuerySet[MentorProfile]:
    approved = MentorProfile.objects.filter(status=MentorProfile.Status.APPROVED, user__is_active=True)
    return approved.select_related("user")


def reported_feedback(*, days: int, now: datetime) -> QuerySet[Feedback]:
    """Return the feedback that was reported ``days`` ago, and that no admin has judged."""
    reported = feedback_reported_to_admins().filter(hidden_at__isnull=True, kept_at__isnull=True).order_by()
    found = reported.filter(reported_at__lte=now - timedelta(days=days)).annotate(since_at=F("reported_at"))
    return found.select_related("author", "mentorship__mentor__user", "mentorship__mentee")


def unread_notes(*, days: int, now: datetime) -> QuerySet[OrganiserNote]:
    """Return the notes to the organisers that were written ``days`` ago, and that no admin has read."""
    unread = OrganiserNote.objects.filter(read_at__isnull=True, written_at__lte=now - timedelta(days=days))
    found = unread.annotate(since_at=F("written_at"))
    return found.select_related("author", "mentorship__mentor__user", "mentorship__mentee")
