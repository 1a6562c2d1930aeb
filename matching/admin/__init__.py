"""The admin of this app. Importing the modules registers their pages."""

from matching.admin import handovers, help_requests, matches

__all__ = ["handovers", "help_requests", "matches"]
