"""Moves of sessions that services and jobs share. The caller holds the lock of the session."""

from __future__ import annotations

from datetime import datetime

from mentorship.misses import note_miss
from mentorship.models import Attendance, Session

Answer = Attendance.Answer
Status = Session.Status


def outcome_of(session: Session, said: Attendance) -> str:
    """Return the status of a session by what one of the two said about it."""
    of_mentee = said.person_id == session.mentorship.mentee_id
    missed = {True: Status.MISSED_BY_MENTEE, False: Status.MISSED_BY_MENTOR}
    return {
        Answer.HELD.value: Status.HELD,
        Answer.MOVED.value: Status.CANCELLED,
        Answer.I_MISSED.value: missed[of_mentee],
        Answer.OTHER_MISSED.value: missed[not of_mentee],
    }[said.answer]


def settle(session: Session, status: str, *, now: datetime) -> None:
    """End a locked session with ``status``. A session that was moved elsewhere frees both."""
    session.disputed_at = None
    if status == Status.CANCELLED:
        session.bookings.all().delete()
    session.move_to(status, at=now)
    missed_by = {
        Status.MISSED_BY_MENTEE: session.mentorship.mentee,
        Status.MISSED_BY_MENTOR: session.mentorship.mentor.user,
    }
    if person := missed_by.get(Status(status)):
        note_miss(session, person, weight=1, now=now)
