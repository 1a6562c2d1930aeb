"""Mentorships and exclusions in the admin."""

from __future__ import annotations

from typing import cast

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from accounts.admin.base import ReadOnlyAdmin, apply_to_each
from accounts.models import User
from mentorship.models import Exclusion, Mentorship
from mentorship.services.end import end_mentorship


@admin.register(Exclusion)
class ExclusionAdmin(admin.ModelAdmin):
    list_display = ["first", "second", "reason"]
    list_select_related = ["first", "second"]
    list_filter = ["reason"]
    autocomplete_fields = ["first", "second"]
    search_fields = ["first__email", "second__email"]


@admin.register(Mentorship)
class MentorshipAdmin(ReadOnlyAdmin):
    """Mentorships. An acceptance begins one, and the actions end it."""

    list_display = [
        "mentor",
        "mentee",
        "goal",
        "format",
        "status",
        "started_at",
        "planned_end_on",
        "ended_at",
        "end_reason",
    ]
    list_select_related = ["mentor__user", "mentee", "goal__kind"]
    list_filter = ["status", "end_reason", "format"]
    search_fields = ["mentor__user__email", "mentee__email", "mentor__user__name", "mentee__name"]
    date_hierarchy = "started_at"
    ordering = ["-started_at", "-pk"]
    actions = ["complete", "end_early"]

    @admin.action(description="Complete and tell both")
    def complete(self, request: HttpRequest, queryset: QuerySet[Mentorship]) -> None:
        self._end(request, queryset, Mentorship.Status.COMPLETED)

    @admin.action(description="End early and tell both")
    def end_early(self, request: HttpRequest, queryset: QuerySet[Mentorship]) -> None:
        self._end(request, queryset, Mentorship.Status.ENDED_EARLY)

    def _end(self, request: HttpRequest, queryset: QuerySet[Mentorship], status: Mentorship.Status) -> None:
        now = timezone.now()

        def end(mentorship: Mentorship) -> None:
            end_mentorship(
                mentorship_id=mentorship.pk,
                by=cast(User, request.user),
                status=status,
                reason=Mentorship.EndReason.OTHER,
                as_admin=True,
                now=now,
            )

        done = f"is {status.label.lower()}; both get a mail"
        apply_to_each(self, request, queryset.select_related("mentor__user", "mentee"), end, done)
