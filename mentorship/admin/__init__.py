"""The admin of this app. Importing the modules registers their pages."""

from mentorship.admin import goals, mentorships, sessions

__all__ = ["goals", "mentorships", "sessions"]
