"""Goals and mentorships in the admin."""

from __future__ import annotations

from functools import partial

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from accounts.exceptions import Refusal
from mentorship.models import Exclusion, Goal, GoalKind, Mentorship, SessionKind
from mentorship.services.mentorships import end_mentorship


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
class GoalAdmin(admin.ModelAdmin):
    list_display = ["mentee", "kind", "target_role", "target_country", "by_on", "status"]
    list_select_related = ["mentee", "kind"]
    list_filter = ["kind", "status"]
    search_fields = ["mentee__email", "mentee__name", "target_role", "target_field"]
    ordering = ["-created_at", "-pk"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Goal | None = None) -> bool:
        return False  # a goal is its mentee's own


@admin.register(Exclusion)
class ExclusionAdmin(admin.ModelAdmin):
    list_display = ["first", "second", "reason"]
    list_select_related = ["first", "second"]
    list_filter = ["reason"]
    autocomplete_fields = ["first", "second"]
    search_fields = ["first__email", "second__email"]


@admin.register(Mentorship)
class MentorshipAdmin(admin.ModelAdmin):
    """Begun by an acceptance, never by hand here, and ended by the actions."""

    list_display = ["mentor", "mentee", "goal", "format", "status", "started_at", "ended_at", "end_reason"]
    list_select_related = ["mentor__user", "mentee", "goal__kind"]
    list_filter = ["status", "end_reason", "format"]
    search_fields = ["mentor__user__email", "mentee__email", "mentor__user__name", "mentee__name"]
    date_hierarchy = "started_at"
    ordering = ["-started_at", "-pk"]
    actions = ["complete", "end_early"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Mentorship | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Mentorship | None = None) -> bool:
        return False

    @admin.action(description="Complete and tell both")
    def complete(self, request: HttpRequest, queryset: QuerySet[Mentorship]) -> None:
        self._end(request, queryset, Mentorship.Status.COMPLETED)

    @admin.action(description="End early and tell both")
    def end_early(self, request: HttpRequest, queryset: QuerySet[Mentorship]) -> None:
        self._end(request, queryset, Mentorship.Status.ENDED_EARLY)

    def _end(self, request, queryset: QuerySet[Mentorship], status: Mentorship.Status) -> None:
        end = partial(end_mentorship, by=request.user, status=status, reason=Mentorship.EndReason.OTHER)
        for mentorship in queryset.select_related("mentor__user", "mentee"):
            try:
                end(mentorship_id=mentorship.pk, now=timezone.now())
            except Refusal as refusal:
                self.message_user(request, f"{mentorship}: {refusal.detail}", messages.WARNING)
            else:
                self.message_user(request, f"{mentorship}: {status.label}. Both get a mail.", messages.SUCCESS)
