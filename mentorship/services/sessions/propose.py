"""Proposing a session, and other times for one."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.exceptions import MoveNotAllowed
from accounts.models import MentorProfile, User
from mentorship.exceptions import OneSessionOnly, SessionHasBegun, TooManySessions
from mentorship.locks import lock_mentorship, lock_session
from mentorship.models import Session, SessionKind
from mentorship.services.sessions.times import must_be_active, open_times

OPEN_MAX = 3


@transaction.atomic
def propose_session(
    *,
    mentorship_id: int,
    by: User,
    kind: SessionKind,
    minutes: int,
    place: str,
    place_zone: str,
    times: Collection[datetime],
    now: datetime,
) -> Session:
    """Propose a session with times to choose from. The other side is asked.

    Raises NotOneOfTheTwo, MentorshipNotActive, KeptApart, OneSessionOnly for a second session of one-off help,
    TooManySessions if OPEN_MAX have no time yet, TimesNotPossible, ProposedTooOften.
    """
    mentorship = lock_mentorship(mentorship_id, by=by)
    must_be_active(mentorship)
    planned = mentorship.sessions.filter(status__in=Session.COUNTS)
    is_only = mentorship.format == MentorProfile.Format.ONE_OFF
    if is_only and planned.exists():
        raise OneSessionOnly(_("One-off help has one session, and it is there already. Move it, if another time fits."))
    if planned.filter(status=Session.Status.PROPOSED).count() >= OPEN_MAX:
        raise TooManySessions(_("Several sessions wait for a time already. Choose a time for one of these first."))
    session = Session(
        mentorship=mentorship,
        kind=kind,
        minutes=minutes,
        place=place,
        place_zone=place_zone,
        created_at=now,
        is_only=is_only,
    )
    session.proposed_by, session.waits_since_at = by, now
    session.save()
    open_times(session, times, by=by, now=now)
    return session


@transaction.atomic
def propose_times(*, session_id: int, by: User, times: Collection[datetime], now: datetime) -> Session:
    """Propose other times for a session, in place of those that are open. A confirmed one keeps its time until then.

    Raises NotOneOfTheTwo, MoveNotAllowed if it is over or cancelled, MentorshipNotActive, KeptApart, SessionHasBegun,
    TimesNotPossible, ProposedTooOften.
    """
    session = lock_session(session_id, by=by)
    must_be_ahead(session, now)
    must_be_active(session.mentorship)
    open_times(session, times, by=by, now=now)
    return session


def must_be_ahead(session: Session, now: datetime) -> None:
    """Raise MoveNotAllowed if the session is over or cancelled, SessionHasBegun if its time has come."""
    if session.status not in Session.AHEAD:
        raise MoveNotAllowed("session", session.status, session.status)
    if session.starts_at is not None and session.starts_at <= now:
        raise SessionHasBegun(_("The session has begun. Say afterwards whether it was held, or that you moved it."))
