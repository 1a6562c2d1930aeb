"""The admin of this app. Importing the modules registers their pages."""

from mentorship.admin import calendars, credentials, feedback, goals, going, mentorships, practice, sessions, steps

__all__ = ["calendars", "credentials", "feedback", "goals", "going", "mentorships", "practice", "sessions", "steps"]
