"""The admin of this app. Importing the modules registers their pages."""

from mentorship.admin import (
    calendars,
    credentials,
    feedback,
    goals,
    mentorships,
    practice,
    sessions,
    steps,
    suggested_actions,
)

__all__ = [
    "calendars",
    "credentials",
    "feedback",
    "goals",
    "mentorships",
    "practice",
    "sessions",
    "steps",
    "suggested_actions",
]
