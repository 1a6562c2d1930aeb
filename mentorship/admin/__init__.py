"""The admin of this app. Importing the modules registers their pages."""

from mentorship.admin import calendars, goals, going, mentorships, sessions, steps

__all__ = ["calendars", "goals", "going", "mentorships", "sessions", "steps"]
