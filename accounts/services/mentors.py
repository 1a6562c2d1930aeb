"""Mentor applications: apply, approve, reject, suspend, and the ways back."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.exceptions import AlreadyAMentor, MoveNotAllowed, OwnApplication, ReasonMissing
from accounts.locks import lock_mentor
from accounts.models import MentorDecision, MentorProfile, User
from accounts.notifications.write import notify, notify_mentor
from accounts.selectors import admins_who_may, is_for_another

Status = MentorProfile.Status


@transaction.atomic
def apply_to_mentor(*, user: User, motivation: str, now: datetime) -> MentorProfile:
    """Apply as a mentor, and notify the admins. Raises AlreadyAMentor on a second application."""
    try:
        with transaction.atomic():
            mentor = MentorProfile.objects.create(user=user, motivation=motivation, status_since_at=now)
    except IntegrityError as error:
        raise AlreadyAMentor(
            _("You have applied already. Change your mentor profile instead; an admin sees what it says now.")
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
    for admin in admins_who_may("accounts.approve_mentorprofile"):
        notify(recipient=admin, kind="mentor_applied", key=str(mentor.uuid), payload=payload, now=now)


@transaction.atomic
def approve_mentor(*, mentor_id: int, by: User | None, now: datetime) -> MentorProfile:
    """Approve an application, and notify the applicant. ``by`` None is the community.

    Raises MoveNotAllowed if it was decided already, OwnApplication.
    """
    mentor = _lock_applicant(mentor_id, wanted=Status.APPROVED)
    _must_not_be_own(mentor, by, "accounts.approve_mentorprofile")
    mentor.move_to(Status.APPROVED, at=now)
    notify_mentor(mentor, "mentor_approved", now=now)
    return mentor


@transaction.atomic
def reject_mentor(*, mentor_id: int, by: User, reason: str, now: datetime) -> MentorProfile:
    """Reject an application, and tell the applicant why.

    Raises MoveNotAllowed if it was decided already, OwnApplication, ReasonMissing.
    """
    mentor = _lock_applicant(mentor_id, wanted=Status.REJECTED)
    _must_not_be_own(mentor, by, "accounts.reject_mentorprofile")
    _decide(mentor, Status.REJECTED, by=by, reason=reason, now=now)
    notify_mentor(mentor, "mentor_rejected", now=now)
    return mentor


@transaction.atomic
def reopen_application(*, mentor_id: int, by: User, reason: str, now: datetime) -> MentorProfile:
    """Open a rejected application again, and tell the applicant.

    Raises MoveNotAllowed, OwnApplication, ReasonMissing.
    """
    mentor = _lock_in(mentor_id, Status.REJECTED, wanted=Status.APPLIED)
    _must_not_be_own(mentor, by, "accounts.reopen_mentorprofile")
    _decide(mentor, Status.APPLIED, by=by, reason=reason, now=now)
    notify_mentor(mentor, "application_reopened", now=now)
    return mentor


@transaction.atomic
def suspend_mentor(*, mentor_id: int, by: User, reason: str, now: datetime) -> MentorProfile:
    """Suspend a mentor, and tell them why. Raises MoveNotAllowed if they are suspended already, ReasonMissing.

    Open questions to them can no longer be accepted. A sweep ends them.
    """
    mentor = lock_mentor(mentor_id)
    mentor.must_allow(Status.SUSPENDED)
    _decide(mentor, Status.SUSPENDED, by=by, reason=reason, now=now)
    notify_mentor(mentor, "mentor_suspended", now=now)
    return mentor


@transaction.atomic
def lift_suspension(*, mentor_id: int, by: User, reason: str, now: datetime) -> MentorProfile:
    """Give a suspended mentor the status from before, and tell them.

    Raises MoveNotAllowed, OwnApplication, ReasonMissing.

    A pause from before goes on without an end date. An application from before, also a rejected one, is open again.
    """
    mentor = _lock_in(mentor_id, Status.SUSPENDED, wanted=Status.APPROVED)
    _must_not_be_own(mentor, by, "accounts.lift_mentorprofile")
    suspended = mentor.decisions.filter(after=Status.SUSPENDED).order_by("-decided_at", "-pk").first()
    # Suspensions of earlier versions have no record.
    before = suspended.before if suspended else Status.APPROVED
    after = Status.APPLIED if before == Status.REJECTED else before
    if after == Status.PAUSED:
        mentor.pause_cause = MentorProfile.PauseCause.OWN_WISH
    _decide(mentor, after, by=by, reason=reason, now=now)
    notify_mentor(mentor, "suspension_lifted", now=now)
    return mentor


def _must_not_be_own(mentor: MentorProfile, by: User | None, permission: str) -> None:
    """Raise OwnApplication if ``by`` decides about themselves. The only admin who may decide does."""
    if by is not None and is_for_another(mentor, by=by, permission=permission):
        raise OwnApplication(_("This is about yourself. Another admin has to decide."))


def _decide(mentor: MentorProfile, status: str, *, by: User, reason: str, now: datetime) -> None:
    """Move a locked mentor, and record the decision. Raises ReasonMissing."""
    if not reason.strip():
        raise ReasonMissing(_("Give a reason in a sentence or two. The mentor reads it in the mail."))
    MentorDecision.objects.create(
        mentor=mentor, by=by, before=mentor.status, after=status, reason=reason.strip(), decided_at=now
    )
    mentor.move_to(status, at=now)


def _lock_applicant(mentor_id: int, *, wanted: str) -> MentorProfile:
    # The table of moves also allows "approved" after a pause or a suspension, which other verbs end.
    return _lock_in(mentor_id, Status.APPLIED, wanted=wanted)


def _lock_in(mentor_id: int, status: str, *, wanted: str) -> MentorProfile:
    """Return the locked mentor. Raises MoveNotAllowed unless they are in ``status``."""
    mentor = lock_mentor(mentor_id)
    if mentor.status != status:
        raise MoveNotAllowed(_("mentor application"), mentor.status, wanted)
    return mentor
