"""Asking both whether a session was held, and settling the sessions about which one of them was silent."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from accounts.community_settings import days_of
from accounts.sweep import each_due
from mentorship.locks import lock_session
from mentorship.models import Session
from mentorship.moves import ask_attendance, outcome_of, settle
from mentorship.selectors.limits import answered_by_one


def ask_about_attendance(*, now: datetime) -> int:
    """Ask both of each session that is over how it was. Return how many sessions."""
    return each_due(_over(now), lambda session_id: _ask(session_id, now=now))


def settle_attendance_by_one(*, now: datetime) -> int:
    """Settle sessions by the one answer that the other side left alone long enough. Return how many.

    Without an answer a session stays as it is: silence is no success.
    """
    return each_due(_answered_by_one(now), lambda session_id: _settle(session_id, now=now))


@transaction.atomic
def _ask(session_id: int, *, now: datetime) -> bool:
    session = _locked(_over(now), session_id)
    if session is None:
        return False
    ask_attendance(session, now=now)
    session.save(update_fields=["attendance_asked_at", "proposed_by", "waits_since_at"])
    return True


@transaction.atomic
def _settle(session_id: int, *, now: datetime) -> bool:
    # A missed session may pause one of the two, so this waits for all the locks in their order.
    session = lock_session(session_id, by=None)
    answers = list(session.attendance.all())
    if len(answers) != 1 or not _answered_by_one(now).filter(pk=session_id).exists():
        # Somebody answered before the locks were there.
        return False
    settle(session, outcome_of(session, answers[0]), now=now)
    return True


def _over(now: datetime) -> QuerySet[Session]:
    """Return the confirmed sessions that have ended, and whose people were not asked yet."""
    over = Session.objects.filter(status=Session.Status.CONFIRMED, attendance_asked_at__isnull=True)
    return over.filter(bookings__during__endswith__lte=now).distinct().order_by("starts_at", "pk")


def _answered_by_one(now: datetime) -> QuerySet[Session]:
    """Return sessions whose one answer has stood long enough. Two that agree settle at once, others are disputed."""
    return answered_by_one(after=days_of("attendance_days"), now=now)


def _locked(due: QuerySet[Session], session_id: int) -> Session | None:
    if not due.filter(pk=session_id).exists():
        return None
    sessions = Session.objects.select_for_update(skip_locked=True, of=("self",), no_key=True)
    session = sessions.select_related("mentorship__mentor__user", "mentorship__mentee").filter(pk=session_id).first()
    # It may have been settled before the lock was there.
    return session if session is not None and session.status == Session.Status.CONFIRMED else None
