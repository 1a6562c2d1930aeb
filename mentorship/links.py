"""Links in mails about mentorships, and those of private calendars."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.urls import reverse

from accounts.links import Purpose
from accounts.models import User
from mentorship.models import Mentorship, Session

# A mail comes two weeks before the planned end, and may be answered after it. Fit checks come every 60 days.
ENDING = Purpose("mentorship.ending", "mentorship-ending", lambda: timedelta(days=60))

# Times are proposed for half a year ahead at most, and attendance is asked about after the session.
SESSION = Purpose("mentorship.session", "session-signed", lambda: timedelta(days=220))

# Reminders come around the day of a step. Their page is also read between two sessions.
STEPS = Purpose("mentorship.steps", "steps-signed", lambda: timedelta(days=60))


def steps_link(mentorship: Mentorship, person: User) -> str:
    """Return the address of the next steps of a mentorship for ``person``."""
    return STEPS.link(mentorship.uuid, person)


# The question about the outcome comes with the end, and 90 days later by a mail of its own.
OUTCOME = Purpose("mentorship.outcome", "outcome-signed", lambda: timedelta(days=120))


def outcome_link(mentorship: Mentorship, person: User) -> str:
    """Return the address where ``person`` says how a mentorship ended, and reads what the other side says."""
    return OUTCOME.link(mentorship.uuid, person)


def session_link(session: Session, person: User) -> str:
    """Return the address of a session for ``person``: its times, its place, and what they can do."""
    return SESSION.link(session.uuid, person)


def ending_link(mentorship: Mentorship, person: User) -> str:
    """Return the address where ``person`` says how the mentorship goes, and how it goes on."""
    return ENDING.link(mentorship.uuid, person)


@dataclass(frozen=True, slots=True)
class CalendarLinks:
    """The private addresses of a person's calendar. ``subscribe`` opens the calendar program of a device."""

    sessions: str
    busy: str

    @property
    def subscribe(self) -> str:
        return "webcal" + self.sessions[self.sessions.index("://") :]


def calendar_links(token: str) -> CalendarLinks:
    """Return the addresses that end in ``token``."""
    sessions, busy = (
        settings.SITE_URL + reverse(name, args=[token]) for name in ("calendar-sessions", "calendar-busy")
    )
    return CalendarLinks(sessions, busy)
