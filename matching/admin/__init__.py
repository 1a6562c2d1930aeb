"""The admin of this app. Importing the modules registers their pages."""

from matching.admin import help_requests, matches

__all__ = ["help_requests", "matches"]
