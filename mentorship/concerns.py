"""Mentors, mentorships and sessions as subjects of a concern, and the end of a mentorship as its outcome."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy

from accounts.concern_registry import (
    Fact,
    Outcome,
    SubjectKind,
    register_facts,
    register_outcomes,
    register_subjects,
)
from accounts.locks import lock_mentors_of, lock_profile
from accounts.models import Block, Concern, MentorProfile, User
from mentorship.locks import lock_goal
from mentorship.models import Exclusion, Mentorship, Session
from mentorship.selectors.mentors import mentors_open_to
from mentorship.selectors.mentorships import mentorships_visible_to
from mentorship.services.end import end_mentorship


def _other_of_mentorship(uuid: UUID, reader: User) -> User | None:
    row = mentorships_visible_to(reader).filter(uuid=uuid).first()
    return row.other_of(reader) if row else None


def _other_of_session(uuid: UUID, reader: User) -> User | None:
    rows = mentorships_visible_to(reader).filter(sessions__in=Session.objects.filter(uuid=uuid))
    row = rows.first()
    return row.other_of(reader) if row else None


def _mentor(uuid: UUID, reader: User) -> User | None:
    """Return a mentor whose page ``reader`` may open, or could open before they blocked or reported them."""
    mentor = mentors_open_to(reader).filter(uuid=uuid).first()
    if mentor is None:
        blocked = Block.objects.filter(blocker=reader).values("blocked")
        mentor = MentorProfile.objects.select_related("user").filter(uuid=uuid, user__in=blocked).first()
    return mentor.user if mentor else None


def _between(one: User, other: User) -> QuerySet[Mentorship]:
    either = Q(mentee=one, mentor__user=other) | Q(mentee=other, mentor__user=one)
    return Mentorship.objects.filter(either).select_related("mentor__user", "mentee").order_by("pk")


def _facts(one: User, other: User) -> list[Fact]:
    rows = _between(one, other).prefetch_related("sessions")
    facts = [
        Fact(row.started_at, _in_words(row), reverse("admin:mentorship_mentorship_change", args=[row.pk]))
        for row in rows
    ]
    first, second = sorted([one.pk, other.pk])
    excluded = Exclusion.objects.filter(first=first, second=second).first()
    if excluded is not None:
        page = reverse("admin:mentorship_exclusion_change", args=[excluded.pk])
        facts.append(Fact(excluded.created_at, f"Excluded from each other: {excluded.get_reason_display()}.", page))
    return facts


def _in_words(row: Mentorship) -> str:
    counts = dict.fromkeys(Session.Status, 0)
    for session in row.sessions.all():
        counts[Session.Status(session.status)] += 1
    sessions = ", ".join(f"{number} {status.label.lower()}" for status, number in counts.items() if number)
    ended = f", ended on {timezone.localtime(row.ended_at):%Y-%m-%d}" if row.ended_at else ""
    status = row.get_status_display().lower()
    return f"{row.mentor} mentors {row.mentee}: {status}{ended}. Sessions: {sessions or 'none'}."


def _running(concern: Concern) -> QuerySet[Mentorship]:
    return _between(concern.raised_by, concern.about).filter(status__in=Mentorship.RUNNING)


def _end(concern: Concern, by: User, reason: str, now: datetime) -> None:
    rows = list(_running(concern))
    # Each end takes these locks in this order, so all of them come before the first end.
    for goal_id in sorted({row.goal_id for row in rows}):
        lock_goal(goal_id)
    for mentee_id in sorted({row.mentee_id for row in rows}):
        lock_profile(mentee_id)
    lock_mentors_of([concern.raised_by, concern.about])
    for mentorship in rows:
        end_mentorship(
            mentorship_id=mentorship.pk,
            by=by,
            status=Mentorship.Status.ENDED_EARLY,
            reason=Mentorship.EndReason.OTHER,
            as_admin=True,
            now=now,
        )


register_subjects(
    SubjectKind(code="mentor", label=gettext_lazy("a mentor"), other=_mentor, route="mentor-trouble"),
    SubjectKind(
        code="mentorship",
        label=gettext_lazy("a mentorship"),
        other=_other_of_mentorship,
        route="mentorship-trouble",
    ),
    SubjectKind(code="session", label=gettext_lazy("a session"), other=_other_of_session, route="session-trouble"),
)
register_facts(_facts)
register_outcomes(
    Outcome(
        code="ended_mentorship",
        position=40,
        label="Mentorship ended, and kept apart: both get a mail",
        told="acted",
        parts=True,
        act=_end,
        is_possible=lambda concern: _running(concern).exists(),
    )
)
