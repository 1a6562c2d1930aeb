"""Goals, and the kinds of goals and sessions, in the admin."""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest

from accounts.admin.base import NotAddedHere
from mentorship.models import Goal, GoalKind, SessionKind


@admin.register(GoalKind)
class GoalKindAdmin(admin.ModelAdmin):
    list_display = ["name", "code", "needs_market", "position"]
    exclude = ["offered_by"]

    def get_readonly_fields(self, request: HttpRequest, obj: GoalKind | None = None) -> list[str]:
        return ["code"] if obj else []  # the engine knows it by this code


@admin.register(SessionKind)
class SessionKindAdmin(admin.ModelAdmin):
    list_display = ["name", "code", "minutes", "position"]
    exclude = ["offered_by"]

    def get_readonly_fields(self, request: HttpRequest, obj: SessionKind | None = None) -> list[str]:
        return ["code"] if obj else []


@admin.register(Goal)
class GoalAdmin(NotAddedHere):
    list_display = ["mentee", "kind", "target_role", "target_country", "by_on", "status"]
    list_select_related = ["mentee", "kind"]
    list_filter = ["kind", "status"]
    search_fields = ["mentee__email", "mentee__name", "target_role", "target_field"]
    ordering = ["-created_at", "-pk"]

    def has_change_permission(self, request: HttpRequest, obj: Goal | None = None) -> bool:
        return False  # only its mentee changes a goal
