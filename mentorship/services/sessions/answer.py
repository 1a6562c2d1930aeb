"""Answers to invitations that calendar programs send by mail."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.exceptions import Refusal
from accounts.models import User
from accounts.moments import SkippedByTheClock, moment_of
from mentorship.calendar_answers import Answer
from mentorship.locks import lock_session
from mentorship.models import Session
from mentorship.selectors.calendars import writer_of
from mentorship.selectors.free_time import clock_of
from mentorship.services.sessions.attend import say_coming
from mentorship.services.sessions.cancel import cancel_session
from mentorship.services.sessions.propose import propose_times


def answer_invitation(*, answer: Answer, sender: str, recipients: Collection[str], now: datetime) -> str:
    """Do what an answer says: come, cancel, or propose another time. Return a sentence about what became of it.

    The writer is known by the secret in an address that only their invitation has, and writes from their own address
    about themselves. ``recipients`` are the addresses of the mail, in lower case as ``sender``. An answer to an earlier
    version changes nothing.
    """
    session = _session(answer.uid)
    if session is None:
        return "Ignored: no session has this identifier."
    writer = writer_of(session, {answer.organizer, *recipients})
    if writer is None or not writer.is_active:
        return "Ignored: it has no secret of one of the two."
    own = writer.email.lower()
    if sender != own or own not in answer.attendees:
        return "Ignored: it comes from another address than the invited one, or speaks for another."
    try:
        return _act(session, answer, answer.attendees[own], by=writer, now=now)
    except (SkippedByTheClock, OverflowError):
        return "Refused: the clock of the writer never shows its time."
    except Refusal as refusal:
        return f"Refused: {refusal.detail}"


def _session(uid: str) -> Session | None:
    try:
        sessions = Session.objects.select_related("mentorship__mentee__profile", "mentorship__mentor__user__profile")
        return sessions.filter(uuid=UUID(uid)).first()
    except ValueError:
        return None


@transaction.atomic
def _act(session: Session, answer: Answer, status: str, *, by: User, now: datetime) -> str:
    # Under the lock: a change that commits first makes this an answer to an earlier version.
    locked = lock_session(session.pk, by=by)
    if answer.sequence < locked.version - 1:
        return "Ignored: it answers an earlier version of the session."
    starts_at = _moment(answer.starts_at, by)
    if answer.method == "COUNTER":
        if starts_at is None or starts_at == locked.starts_at:
            return "Ignored: it proposes no other time."
        propose_times(session_id=session.pk, by=by, times=[starts_at], now=now)
        return "Done: another time is proposed."
    if status == "ACCEPTED":
        say_coming(session_id=session.pk, by=by, now=now)
        return "Done: the writer will be there."
    if status == "DECLINED":
        cancel_session(session_id=session.pk, by=by, now=now)
        return "Done: the session is cancelled."
    return "Ignored: it is neither yes nor no."


def _moment(at: datetime | None, by: User) -> datetime | None:
    """Return a time in UTC. A time without a zone is on the clock of ``by``. Raises SkippedByTheClock."""
    if at is None or at.tzinfo:
        return at
    return moment_of(at.date(), at.time(), clock_of(by.profile).zone_on(at.date()))[0]
