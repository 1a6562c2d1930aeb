"""Proposing a session, and other times for one."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.community_settings import value_of
from accounts.exceptions import MoveNotAllowed
from accounts.models import MentorProfile, User
from mentorship.exceptions import OneSessionOnly, SessionHasBegun, TooManySessions
from mentorship.locks import lock_mentorship, lock_session
from mentorship.models import Session, SessionKind
from mentorship.services.sessions.times import must_be_active, open_times


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

    A second click returns the session of the first, while nobody answered it.

    Raises NotOneOfTheTwo, MentorshipNotActive, KeptApart, OneSessionOnly for a second session of one-off help,
    TooManySessions if too many have no time yet, TimesNotPossible, ProposedTooOften.
    """
    mentorship = lock_mentorship(mentorship_id, by=by)
    must_be_active(mentorship)
    session = Session(
        mentorship=mentorship,
        kind=kind,
        minutes=minutes,
        place=place,
        place_zone=place_zone,
        created_at=now,
        is_only=mentorship.format == MentorProfile.Format.ONE_OFF,
        proposed_by=by,
        waits_since_at=now,
    )
    if (same := _proposed_already(session, times)) is not None:
        return same
    planned = mentorship.sessions.filter(status__in=Session.COUNTS)
    if session.is_only and planned.exists():
        raise OneSessionOnly(_("One-off help has one session, and it is there already. Move it, if another time fits."))
    if planned.filter(status=Session.Status.PROPOSED).count() >= value_of("sessions_without_time_max"):
        raise TooManySessions(_("Several sessions wait for a time already. Choose a time for one of these first."))
    session.save()
    open_times(session, times, by=by, now=now)
    return session


@transaction.atomic
def propose_times(*, session_id: int, by: User, times: Collection[datetime], now: datetime) -> Session:
    """Propose other times for a session, in place of those that are open. A confirmed one keeps its time until then.

    A second click changes nothing: the other side is not asked twice.

    Raises NotOneOfTheTwo, MoveNotAllowed if it is over or cancelled, MentorshipNotActive, KeptApart, SessionHasBegun,
    TimesNotPossible, ProposedTooOften.
    """
    session = lock_session(session_id, by=by)
    must_be_ahead(session, now)
    must_be_active(session.mentorship)
    if session.proposed_by_id == by.pk and _has_times(session, times):
        return session
    open_times(session, times, by=by, now=now)
    return session


def _proposed_already(new: Session, times: Collection[datetime]) -> Session | None:
    """Return a session like ``new`` whose times are these and wait for an answer."""
    same = new.mentorship.sessions.filter(
        status=Session.Status.PROPOSED,
        proposed_by=new.proposed_by,
        kind=new.kind,
        minutes=new.minutes,
        place=new.place,
        place_zone=new.place_zone,
    )
    return next((session for session in same.order_by("pk") if _has_times(session, times)), None)


def _has_times(session: Session, times: Collection[datetime]) -> bool:
    return list(session.times.values_list("starts_at", flat=True)) == sorted(times)


def must_be_ahead(session: Session, now: datetime) -> None:
    """Raise MoveNotAllowed if the session is over or cancelled, SessionHasBegun if its time has come."""
    if session.status not in Session.AHEAD:
        raise MoveNotAllowed("session", session.status, session.status)
    if session.starts_at is not None and session.starts_at <= now:
        raise SessionHasBegun(_("The session has begun. Say afterwards whether it was held, or that you moved it."))
