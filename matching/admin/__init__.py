"""The admin of this app. Importing the modules registers their pages."""

from matching.admin import cohorts, handovers, help_requests, imports, matches, suggested_actions

__all__ = ["cohorts", "handovers", "help_requests", "imports", "matches", "suggested_actions"]
