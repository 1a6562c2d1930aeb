"""Attendance: both say beforehand that they come, and afterwards how it was. The admins settle what differs."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.community_settings import days_of
from accounts.exceptions import MoveNotAllowed
from accounts.models import User
from mentorship.exceptions import SessionNotOver
from mentorship.locks import lock_session
from mentorship.models import Attendance, Session
from mentorship.moves import ask_again, ask_attendance, outcome_of, settle
from mentorship.services.sessions.propose import must_be_ahead

Status = Session.Status


@transaction.atomic
def say_coming(*, session_id: int, by: User, now: datetime) -> Session:
    """Note that ``by`` will be there. Raises NotOneOfTheTwo, SessionHasBegun, MoveNotAllowed unless it is confirmed."""
    session = lock_session(session_id, by=by)
    must_be_ahead(session, now)
    if not session.bookings.filter(person=by).update(comes_at=now):
        raise MoveNotAllowed("session", session.status, Status.CONFIRMED)
    return session


@transaction.atomic
def say_attendance(*, session_id: int, by: User, answer: str, now: datetime) -> Session:
    """Note how a session was, by one of the two. Two answers that agree settle it; two that differ go to the admins.

    ``answer`` is one of Attendance.Answer. An answer can be changed until the session is settled. It stands alone after
    the days of the setting: if it comes later than that after the question, the other side is asked once more.

    Raises NotOneOfTheTwo, MoveNotAllowed unless it is confirmed and not settled, SessionNotOver before its end.
    """
    session = lock_session(session_id, by=by)
    if session.status != Status.CONFIRMED or session.ends_at is None:
        raise MoveNotAllowed("session", session.status, Status.HELD)
    if session.ends_at > now:
        raise SessionNotOver(_("The session is not over yet. Say afterwards how it was."))
    if not session.attendance.filter(person=by, answer=answer).exists():
        # The same answer again does not begin its time anew.
        said_now = {"answer": answer, "answered_at": now}
        Attendance.objects.update_or_create(session=session, person=by, defaults=said_now)
    other = session.mentorship.other_of(by)
    if session.attendance_asked_at is None:
        # The sweep has not come by yet. One answer must not stand before the other one was asked.
        ask_attendance(session, now=now)
    elif _is_forgotten(session, now) and not session.attendance.filter(person=other).exists():
        ask_again(session, other, now=now)
    said = {outcome_of(session, row) for row in session.attendance.all()}
    session.disputed_at = (session.disputed_at or now) if len(said) > 1 else None
    session.save()
    if session.attendance.count() > 1 and len(said) == 1:
        settle(session, said.pop(), now=now)
    return session


@transaction.atomic
def settle_attendance(*, session_id: int, by: User, status: str, now: datetime) -> Session:
    """Decide, as an admin, how a session was: held, missed by one of the two, or cancelled.

    Raises AboutYourself, MoveNotAllowed unless it is confirmed, SessionNotOver before its end.
    """
    session = lock_session(session_id, by=by, as_admin=True)
    session.must_allow(status)
    if session.ends_at is None or session.ends_at > now:
        raise SessionNotOver(_("The session is not over yet."))
    settle(session, status, now=now)
    return session


def _is_forgotten(session: Session, now: datetime) -> bool:
    """Return whether the question was asked so long ago that one answer would stand alone by now."""
    return session.attendance_asked_at is not None and session.attendance_asked_at <= now - days_of("attendance_days")
