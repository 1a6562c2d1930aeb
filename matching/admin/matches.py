"""Matches in the admin."""

from __future__ import annotations

from datetime import datetime

from django.contrib import admin

from accounts.admin.base import ReadOnlyAdmin
from matching.models import Match


@admin.register(Match)
class MatchAdmin(ReadOnlyAdmin):
    list_display = ["mentee", "goal", "mentor", "fit", "status", "whose_turn", "since", "answer_due_at", "ended_at"]
    list_select_related = ["help_request__mentee", "help_request__goal__kind", "mentor__user"]
    list_filter = ["status"]
    search_fields = ["mentor__user__email", "help_request__mentee__email", "help_request__ref"]
    ordering = ["-help_request_id", "rank", "pk"]

    @admin.display(ordering="help_request__mentee__name")
    def mentee(self, match: Match) -> str:
        return str(match.help_request.mentee)

    @admin.display
    def goal(self, match: Match) -> str:
        return str(match.help_request.goal)

    @admin.display
    def since(self, match: Match) -> datetime | None:
        return match.turn_since_at
