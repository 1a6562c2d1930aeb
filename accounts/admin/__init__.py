"""The admin of this app. Importing the modules registers their pages."""

from accounts.admin import mentors, notifications, people

__all__ = ["mentors", "notifications", "people"]
