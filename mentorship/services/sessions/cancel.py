"""Cancelling a session, and keeping the time of one that somebody wanted to move."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Max

from accounts.exceptions import MoveNotAllowed
from accounts.models import User
from mentorship.locks import lock_session
from mentorship.misses import note_miss
from mentorship.models import Mentorship, Session
from mentorship.moves import cancel, close_times, tell_kept
from mentorship.selectors.apart import can_meet
from mentorship.selectors.misses import late
from mentorship.services.sessions.propose import must_be_ahead


@transaction.atomic
def cancel_session(*, session_id: int, by: User, now: datetime, as_admin: bool = False) -> Session:
    """Cancel a session, proposed or confirmed. Both are free again, and both are told.

    Raises NotOneOfTheTwo, AboutYourself for an admin who acts ``as_admin`` and is one of the two, MoveNotAllowed if it
    is over or cancelled, SessionHasBegun.
    """
    session = lock_session(session_id, by=by, as_admin=as_admin)
    must_be_ahead(session, now)
    _cancel(session, by=by, now=now, as_admin=as_admin)
    return session


@transaction.atomic
def keep_time(*, session_id: int, by: User, now: datetime) -> Session:
    """Keep a confirmed session at its time: the open times are refused, or taken back by who proposed them.

    Who proposed them is told of a refusal: they may be unable to come.

    Raises NotOneOfTheTwo, SessionHasBegun, MoveNotAllowed unless it is confirmed and has open times.
    """
    session = lock_session(session_id, by=by)
    must_be_ahead(session, now)
    if session.status != Session.Status.CONFIRMED or session.proposed_by_id is None:
        raise MoveNotAllowed("session", session.status, Session.Status.CONFIRMED)
    is_refused = session.proposed_by_id != by.pk
    close_times(session)
    session.save()
    if is_refused:
        tell_kept(session, session.mentorship.other_of(by), now=now)
    return session


def cancel_sessions_of(
    mentorship: Mentorship, *, by: User | None, now: datetime, as_admin: bool = False, before: datetime | None = None
) -> None:
    """Cancel the sessions of a mentorship that are still to come. It is locked, after the mentee's profile.

    ``before`` limits them to those that begin earlier, or whose times to choose from all do. ``by`` None is the
    community.
    """
    ahead = mentorship.sessions.select_for_update(of=("self",), no_key=True).filter(status__in=Session.AHEAD)
    for session in ahead.select_related("kind").order_by("pk"):
        starts_at = session.starts_at or session.times.aggregate(last=Max("starts_at"))["last"]
        is_within = before is None or (starts_at is not None and starts_at < before)
        if is_within and (session.starts_at is None or session.starts_at > now):
            session.mentorship = mentorship
            _cancel(session, by=by, now=now, as_admin=as_admin)


def _cancel(session: Session, *, by: User | None, now: datetime, as_admin: bool) -> None:
    is_late = session.starts_at is not None and session.starts_at - now < late()
    if is_late and not as_admin and not can_meet(session.mentorship):
        # It could not take place, and a sweep would cancel it soon: nobody is to blame.
        cancel(session, by=None, now=now)
        return
    cancel(session, by=by, now=now)
    if by is not None and is_late and not as_admin:
        note_miss(session, by, weight=0.5, now=now)
