"""The messages about a confirmed or cancelled session, to both: their calendars follow them."""

from __future__ import annotations

from datetime import datetime, timedelta

from accounts.models import User
from accounts.notifications.write import notify, skip_unsent
from mentorship.models import Session

KINDS = ["session_confirmed", "session_cancelled", "session_reminder"]
# Both are reminded so long before a session. One that is planned at short notice has one reminder, the last possible.
REMIND_BEFORE = (timedelta(hours=72), timedelta(hours=24))
REMIND_LAST = timedelta(hours=3)


def invite(session: Session, *, now: datetime) -> None:
    """Send both an invitation with the present version, and the reminders later. Unsent ones are needless."""
    _tell(session, "session_confirmed", now=now)
    if session.starts_at is None:
        return
    ahead = [lead for lead in REMIND_BEFORE if session.starts_at - lead > now] or [REMIND_LAST]
    for lead in ahead:
        if (due_at := session.starts_at - lead) <= now:
            continue
        hours = int(lead.total_seconds()) // 3600
        for person in people_of(session):
            notify(
                recipient=person,
                kind="session_reminder",
                key=f"{session.uuid}:{session.version}:{hours}h",
                payload={"session": str(session.uuid), "version": str(session.version)},
                due_at=due_at,
                now=now,
            )


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
