"""Mentor applications: apply, approve, reject, suspend."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from accounts.exceptions import AlreadyAMentor, MoveNotAllowed
from accounts.locks import lock_mentor
from accounts.models import MentorProfile, User
from accounts.notifications.write import notify
from accounts.selectors import admins


@transaction.atomic
def apply_to_mentor(*, user: User, motivation: str, now: datetime) -> MentorProfile:
    """Apply as a mentor; the admins are told. Raises AlreadyAMentor on a second application."""
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
    """Tell the applicant that their application arrived, and the admins that it waits; nothing if there is none."""
    mentor = MentorProfile.objects.filter(user=user, status=MentorProfile.Status.APPLIED).first()
    if mentor is None:
        return
    payload = {"mentor": str(mentor.uuid)}
    notify(recipient=user, kind="application_received", key=str(mentor.uuid), payload=payload, now=now)
    for admin in admins():
        notify(recipient=admin, kind="mentor_applied", key=str(mentor.uuid), payload=payload, now=now)


def approve_mentor(*, mentor_id: int, now: datetime) -> MentorProfile:
    """Let an applicant mentor, and tell them. Raises MoveNotAllowed outside the table of moves."""
    return _decide(mentor_id, MentorProfile.Status.APPROVED, "mentor_approved", now)


def reject_mentor(*, mentor_id: int, now: datetime) -> MentorProfile:
    """Decline an application, and say so kindly. Raises MoveNotAllowed outside the table of moves."""
    return _decide(mentor_id, MentorProfile.Status.REJECTED, "mentor_rejected", now)


@transaction.atomic
def suspend_mentor(*, mentor_id: int, now: datetime) -> MentorProfile:
    """Take a mentor out of the community's matching for good. Raises MoveNotAllowed if that is done already.

    What they were asked stays as it is: they cannot accept it, and a sweep ends it.
    """
    mentor = lock_mentor(mentor_id)
    mentor.move_to(MentorProfile.Status.SUSPENDED, at=now)
    return mentor


@transaction.atomic
def _decide(mentor_id: int, status: str, kind: str, now: datetime) -> MentorProfile:
    mentor = lock_mentor(mentor_id)
    if mentor.status != MentorProfile.Status.APPLIED:
        # A pause or a suspension ends in other ways than an application.
        raise MoveNotAllowed("mentor application", mentor.status, status)
    mentor.move_to(status, at=now)
    notify(
        recipient=mentor.user,
        kind=kind,
        key=f"{mentor.uuid}:{now.isoformat()}",
        payload={"mentor": str(mentor.uuid)},
        now=now,
    )
    return mentor
