"""The admin of this app. Importing the modules registers their pages."""

from mentorship.admin import calendars, feedback, goals, going, mentorships, practice, sessions, steps

__all__ = ["calendars", "feedback", "goals", "going", "mentorships", "practice", "sessions", "steps"]
