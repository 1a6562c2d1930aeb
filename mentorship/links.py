"""Links in mails about mentorships."""

from __future__ import annotations

from datetime import timedelta

from accounts.links import Purpose
from accounts.models import User
from mentorship.models import Mentorship, Session

# The mail comes two weeks before the planned end, and may be answered after it.
ENDING = Purpose("mentorship.ending", "mentorship-ending", lambda: timedelta(days=60))

# Times are proposed for half a year ahead at most, and attendance is asked about after the session.
SESSION = Purpose("mentorship.session", "session-signed", lambda: timedelta(days=220))


def session_link(session: Session, person: User) -> str:
    """Return the address of a session for ``person``: its times, its place, and what they can do."""
    return SESSION.link(session.uuid, person)


def ending_link(mentorship: Mentorship, person: User) -> str:
    """Return the address where ``person`` says how the mentorship goes on."""
    return ENDING.link(mentorship.uuid, person)
