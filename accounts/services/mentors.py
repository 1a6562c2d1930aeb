"""Mentor applications: apply, approve, reject, suspend."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from accounts.exceptions import AlreadyAMentor, MoveNotAllowed
from accounts.locks import lock_mentor
from accounts.models import MentorProfile, User
from accounts.notifications.write import notify, notify_mentor
from accounts.selectors import admins


@transaction.atomic
def apply_to_mentor(*, user: User, motivation: str, now: datetime) -> MentorProfile:
    """Apply as a mentor, and notify the admins. Raises AlreadyAMentor on a second application."""
    try:
        with transaction.atomic():
            mentor = MentorProfile.objects.create(user=user, motivation=motivation, status_since_at=now)
    except IntegrityError as error:
        raise AlreadyAMentor(
            "You have applied already. Change your mentor profile instead; an admin sees what it says now."
        ) from error
    announce_application(user=user, now=now)
    return mentor


def announce_application(*, user: User, now: datetime) -> None:
    """Notify the applicant and the admins of an open application. Do nothing if there is none."""
    mentor = MentorProfile.objects.filter(user=user, status=MentorProfile.Status.APPLIED).first()
    if mentor is None:
        return
    payload = {"mentor": str(mentor.uuid)}
    notify(recipient=user, kind="application_received", key=str(mentor.uuid), payload=payload, now=now)
    for admin in admins():
        notify(recipient=admin, kind="mentor_applied", key=str(mentor.uuid), payload=payload, now=now)


def approve_mentor(*, mentor_id: int, now: datetime) -> MentorProfile:
    """Approve an application, and notify the applicant. Raises MoveNotAllowed if it was decided already."""
    return _decide(mentor_id, MentorProfile.Status.APPROVED, "mentor_approved", now)


def reject_mentor(*, mentor_id: int, now: datetime) -> MentorProfile:
    """Reject an application, and notify the applicant. Raises MoveNotAllowed if it was decided already."""
    return _decide(mentor_id, MentorProfile.Status.REJECTED, "mentor_rejected", now)


@transaction.atomic
def suspend_mentor(*, mentor_id: int, now: datetime) -> MentorProfile:
    """Suspend a mentor for good. Raises MoveNotAllowed if they are suspended already.

    Open questions to them can no longer be accepted. A sweep ends them.
    """
    mentor = lock_mentor(mentor_id)
    mentor.move_to(MentorProfile.Status.SUSPENDED, at=now)
    return mentor


@transaction.atomic
def _decide(mentor_id: int, status: str, kind: str, now: datetime) -> MentorProfile:
    mentor = lock_mentor(mentor_id)
    if mentor.status != MentorProfile.Status.APPLIED:
        # The table of moves also allows "approved" after a pause, which only `resume_mentoring` ends.
        raise MoveNotAllowed("mentor application", mentor.status, status)
    mentor.move_to(status, at=now)
    notify_mentor(mentor, kind, now=now)
    return mentor
