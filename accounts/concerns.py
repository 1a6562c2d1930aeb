"""The ways in which a concern ends that concern one person alone, or nobody."""

from __future__ import annotations

from datetime import datetime

from accounts.concern_registry import Outcome, register_outcomes
from accounts.locks import lock_mentors_of
from accounts.models import Concern, DirectoryEntry, MentorProfile, User
from accounts.services.lock_out import lock_out
from accounts.services.mentors import suspend_mentor


def _may_be_suspended(concern: Concern) -> bool:
    mentor = MentorProfile.objects.filter(user=concern.about_id).first()
    return mentor is not None and MentorProfile.Status.SUSPENDED in mentor.MOVES[mentor.status]


def _suspend(concern: Concern, by: User, reason: str, now: datetime) -> None:
    # Both by ascending key, before the suspension locks one of them.
    lock_mentors_of([concern.raised_by, concern.about])
    suspend_mentor(mentor_id=concern.about.mentor.pk, by=by, reason=reason, now=now)


def _may_be_locked_out(concern: Concern) -> bool:
    # The employer's directory opens again what it closed. It opens no account that the organisers locked.
    by_directory = DirectoryEntry.objects.filter(person=concern.about, switched_off_at__isnull=False)
    return not concern.about.is_staff and (concern.about.is_active or by_directory.exists())


register_outcomes(
    Outcome(
        code="no_action", position=10, label="No action: the two may be in contact again", told="no_action", parts=False
    ),
    Outcome(
        code="talked_to",
        position=20,
        label="Talked to them: the two may be in contact again",
        told="talked_to",
        parts=False,
    ),
    Outcome(
        code="kept_apart", position=30, label="Kept apart: the two stay out of contact", told="kept_apart", parts=True
    ),
    Outcome(
        code="suspended",
        position=50,
        label="Suspended as a mentor, and kept apart",
        told="acted",
        parts=True,
        reason_for="The suspended mentor reads it in a mail.",
        act=_suspend,
        is_possible=_may_be_suspended,
    ),
    Outcome(
        code="locked_out",
        position=60,
        label="Account locked, and kept apart: no mail can tell them",
        told="acted",
        parts=True,
        act=lambda concern, by, reason, now: lock_out(user_id=concern.about_id),
        is_possible=_may_be_locked_out,
    ),
)
