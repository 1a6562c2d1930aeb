"""Matches in the admin."""

from __future__ import annotations

from datetime import datetime

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.admin.base import ReadOnlyAdmin
from matching.models import Clarification, Match


class Reminded(admin.SimpleListFilter):
    title = "reminders"
    parameter_name = "reminded"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [("yes", "reminded"), ("no", "not reminded")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Match]) -> QuerySet[Match]:
        match self.value():
            case "yes":
                return queryset.filter(reminders_sent__gt=0)
            case "no":
                return queryset.filter(reminders_sent=0)
        return queryset


class ClarificationInline(admin.TabularInline):
    """The questions that the mentor asked back, with their answers."""

    model = Clarification
    verbose_name_plural = "asked back"
    fields = readonly_fields = ("number", "question", "asked_at", "answer", "answered_at")
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Match | None = None) -> bool:
        return False


@admin.register(Match)
class MatchAdmin(ReadOnlyAdmin):
    list_display = ["mentee", "goal", "mentor", "fit", "status", "whose_turn", "since", "answer_due_at", "ended_at"]
    list_select_related = ["help_request__mentee", "help_request__goal__kind", "mentor__user"]
    list_filter = ["status", Reminded]
    search_fields = ["mentor__user__email", "help_request__mentee__email", "help_request__ref"]
    ordering = ["-help_request_id", "rank", "pk"]
    inlines = [ClarificationInline]

    @admin.display(ordering="help_request__mentee__name")
    def mentee(self, match: Match) -> str:
        return str(match.help_request.mentee)

    @admin.display
    def goal(self, match: Match) -> str:
        return str(match.help_request.goal)

    @admin.display
    def since(self, match: Match) -> datetime | None:
        return match.turn_since_at
