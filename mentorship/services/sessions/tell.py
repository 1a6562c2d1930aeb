"""The messages about a confirmed or cancelled session, to both: their calendars follow them."""

from __future__ import annotations

from datetime import datetime

from accounts.models import User
from accounts.notifications.write import notify, skip_unsent
from mentorship.models import Session

KINDS = ["session_confirmed", "session_cancelled"]


def invite(session: Session, *, now: datetime) -> None:
    """Send both an invitation with the present version. One that has not left is needless."""
    _tell(session, "session_confirmed", now=now)


def tell_cancelled(session: Session, *, now: datetime) -> None:
    """Tell both that a session is cancelled."""
    _tell(session, "session_cancelled", now=now)


def people_of(session: Session) -> list[User]:
    return [session.mentorship.mentee, session.mentorship.mentor.user]


def _tell(session: Session, kind: str, *, now: datetime) -> None:
    key = f"{session.uuid}:"
    skip_unsent(recipients=people_of(session), kinds=KINDS, key_prefix=key, reason="A later message says more.")
    for person in people_of(session):
        payload = {"session": str(session.uuid), "version": str(session.version)}
        notify(recipient=person, kind=kind, key=f"{key}{session.version}", payload=payload, now=now)
