"""Pausing people, as an admin: a mentor who carries too much, and those who miss sessions."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.about_others import must_be_about_others
from accounts.exceptions import MoveNotAllowed
from accounts.jobs.pauses import pause_mentoring
from accounts.locks import lock_mentor
from accounts.models import MentorProfile, User
from accounts.notifications.write import notify_mentor
from mentorship.exceptions import PausedAlready
from mentorship.locks import lock_session
from mentorship.misses import pause_for_misses
from mentorship.selectors.escalations import last_missed

# Shorter than a pause in which mentees are asked for a successor.
RELIEF = timedelta(days=14)


@transaction.atomic
def relieve_mentor(*, mentor_id: int, by: User, now: datetime) -> MentorProfile:
    """Pause an approved mentor for RELIEF, and tell them why.

    Raises AboutYourself, MoveNotAllowed unless they are approved.
    """
    mentor = lock_mentor(mentor_id)
    must_be_about_others(by, mentor.user_id)
    if mentor.status != MentorProfile.Status.APPROVED:
        raise MoveNotAllowed("mentor profile", mentor.status, MentorProfile.Status.PAUSED)
    until_on = (now + RELIEF).astimezone(mentor.user.profile.zone).date()
    cause = MentorProfile.PauseCause.OVERLOAD
    paused = pause_mentoring(mentor_id=mentor_id, cause=cause, until_on=until_on, now=now)
    notify_mentor(paused, "mentor_relieved", now=now)
    return paused


@transaction.atomic
def pause_after_no_shows(*, person: User, as_mentor: bool, by: User, now: datetime) -> None:
    """Pause the asking or the mentoring of somebody who missed sessions, and tell them how to come back.

    Raises AboutYourself, PausedAlready, also for somebody who missed nothing.
    """
    missed = last_missed(person, as_mentor=as_mentor)
    session = lock_session(missed.pk, by=by, as_admin=True) if missed else None
    if session is None or not pause_for_misses(session, person, as_mentor=as_mentor, now=now):
        raise PausedAlready(_("They are paused already, or missed nothing."))
