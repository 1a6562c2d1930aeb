"""The consequences of missed sessions: a kind word after the second, a pause at a limit, with a way back."""

from __future__ import annotations

from datetime import datetime

from accounts.community_settings import value_of
from accounts.jobs.pauses import pause_mentoring
from accounts.models import MentorProfile, User
from accounts.notifications.write import notify
from accounts.services.asking import pause_asking
from mentorship.models import Session
from mentorship.selectors.misses import counted_for, misses_of

TOLD_FROM = 2


def note_miss(session: Session, person: User, *, weight: float, now: datetime) -> None:
    """Tell or pause ``person``, who just missed a session (``weight`` 1) or cancelled it late (.5).

    The caller holds the lock of the session, and so those of its mentor and of the mentee's profile.
    """
    if session.starts_at is None or session.starts_at <= now - counted_for():
        # The admins settled it late, and it does not count any more.
        return
    as_mentor = person.pk != session.mentorship.mentee_id
    misses = misses_of(person, as_mentor=as_mentor, now=now)
    if misses >= value_of("misses_max"):
        pause_for_misses(session, person, as_mentor=as_mentor, now=now)
    elif misses >= TOLD_FROM > misses - weight:
        _tell("sessions_missed", session, person, as_mentor, now)


def pause_for_misses(session: Session, person: User, *, as_mentor: bool, now: datetime) -> bool:
    """Pause the asking or the mentoring of ``person``, who missed ``session``, and tell them. Return whether it is new.

    The caller holds the same locks as for ``note_miss``.
    """
    if not as_mentor:
        is_new = pause_asking(user_id=person.pk, now=now)
    else:
        mentor = session.mentorship.mentor
        is_new = mentor.status == MentorProfile.Status.APPROVED
        if is_new:
            cause = MentorProfile.PauseCause.MISSED
            pause_mentoring(mentor_id=mentor.pk, cause=cause, until_on=None, now=now)
    if is_new:
        _tell("paused_for_misses", session, person, as_mentor, now)
    return is_new


def _tell(kind: str, session: Session, person: User, as_mentor: bool, now: datetime) -> None:
    payload = {"session": str(session.uuid), "role": "mentor" if as_mentor else "mentee"}
    notify(recipient=person, kind=kind, key=str(session.uuid), payload=payload, now=now)
