"""Pausing a mentor who leaves questions unanswered, as an admin."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.about_others import must_be_about_others
from accounts.exceptions import MoveNotAllowed
from accounts.jobs.pauses import pause_mentoring
from accounts.locks import lock_mentor
from accounts.models import MentorProfile, User
from accounts.notifications.write import notify
from matching.selectors.escalations import UNANSWERED


@transaction.atomic
def pause_silent_mentor(*, mentor_id: int, by: User, now: datetime) -> MentorProfile:
    """Pause a mentor as the sweep over silence does, with the same mail.

    Raises AboutYourself, MoveNotAllowed unless approved.
    """
    mentor = lock_mentor(mentor_id)
    must_be_about_others(by, mentor.user_id)
    if mentor.status != MentorProfile.Status.APPROVED:
        raise MoveNotAllowed("mentor profile", mentor.status, MentorProfile.Status.PAUSED)
    paused = pause_mentoring(mentor_id=mentor_id, cause=MentorProfile.PauseCause.SILENCE, until_on=None, now=now)
    notify(
        recipient=mentor.user,
        kind="mentor_paused_for_silence",
        key=f"{mentor.uuid}:{now.isoformat()}",
        payload={"mentor": str(mentor.uuid), "questions": str(UNANSWERED)},
        now=now,
    )
    return paused
