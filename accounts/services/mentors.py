"""Pausing as a mentor, and coming back."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from accounts.exceptions import MoveNotAllowed, PauseAlreadyOver
from accounts.models import MentorProfile
from accounts.services.notify import notify


@transaction.atomic
def pause_mentoring(*, mentor_id: int, cause: str, until_on: date | None, now: datetime) -> MentorProfile:
    """Take a mentor out of matching until the day ``until_on`` in their own zone; None: until they come back.

    ``cause`` is one of MentorProfile.PauseCause. What runs and what waits for an answer stays as it is.
    A pause that runs gets the new cause and day. Of a pause by their own wish the mentor gets a mail.
    Raises MoveNotAllowed unless the mentor is approved or paused, PauseAlreadyOver for a day that is not to come.
    """
    mentor = _lock(mentor_id)
    if mentor.status != MentorProfile.Status.PAUSED:
        mentor.must_allow(MentorProfile.Status.PAUSED)
    if until_on is not None and until_on <= now.astimezone(mentor.user.profile.zone).date():
        raise PauseAlreadyOver("A pause ends on a day to come. Name one from tomorrow on, or none.")
    mentor.pause_cause, mentor.paused_until_on = cause, until_on
    if mentor.status == MentorProfile.Status.PAUSED:
        # It goes on, for another cause or until another day.
        mentor.save(update_fields=["pause_cause", "paused_until_on"])
    else:
        mentor.move_to(MentorProfile.Status.PAUSED, at=now)
    if cause == MentorProfile.PauseCause.OWN_WISH:
        # With the way back. Whoever pauses somebody for silence has more to say, and says it.
        notify(
            recipient=mentor.user,
            kind="mentor_paused",
            key=f"{mentor.uuid}:{now.isoformat()}",
            payload={"mentor": str(mentor.uuid)},
            now=now,
        )
    return mentor


@transaction.atomic
def resume_mentoring(*, mentor_id: int, now: datetime) -> MentorProfile:
    """Let a paused mentor be found again. Raises MoveNotAllowed for any other."""
    mentor = _lock(mentor_id)
    if mentor.status != MentorProfile.Status.PAUSED:
        # An application is decided on in other ways than a pause ends.
        raise MoveNotAllowed("mentor profile", mentor.status, MentorProfile.Status.APPROVED)
    mentor.move_to(MentorProfile.Status.APPROVED, at=now)
    return mentor


def _lock(mentor_id: int) -> MentorProfile:
    mentors = MentorProfile.objects.select_for_update(of=("self",), no_key=True)
    return mentors.select_related("user__profile").get(pk=mentor_id)
