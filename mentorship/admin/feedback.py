"""Reported feedback, and notes to the organisers, in the admin. Other feedback is not shown here."""

from __future__ import annotations

from typing import cast

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.formats import date_format

from accounts.admin.base import ReadOnlyAdmin, apply_to_each
from accounts.admin.reasons import with_reason
from accounts.models import User
from mentorship.models import Feedback, OrganiserNote
from mentorship.selectors.feedback import feedback_reported_to_admins
from mentorship.services.feedback.hide import hide_feedback, keep_feedback


@admin.register(Feedback)
class FeedbackAdmin(ReadOnlyAdmin):
    """Feedback that its reader reported, with the reason."""

    list_display = ["author", "mentorship", "reported_at", "report_reason", "kept_at", "hidden_at", "hidden_by"]
    list_select_related = ["author", "mentorship__mentor__user", "mentorship__mentee", "hidden_by"]
    list_filter = [("hidden_at", admin.EmptyFieldListFilter), ("kept_at", admin.EmptyFieldListFilter)]
    search_fields = ["=mentorship__uuid", "author__email", "author__name"]
    date_hierarchy = "reported_at"
    ordering = ["-reported_at", "-pk"]
    actions = ["hide", "keep"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Feedback]:
        return feedback_reported_to_admins()

    @admin.action(description="Hide and tell the author")
    def hide(self, request: HttpRequest, queryset: QuerySet[Feedback]) -> HttpResponse | None:
        """Ask for a reason and a second click, then hide each."""
        by, now = cast(User, request.user), timezone.now()
        rows = queryset.select_related(*self.list_select_related)

        def hide_each(reason: str) -> None:
            apply_to_each(
                self,
                request,
                rows,
                lambda row: hide_feedback(feedback_id=row.pk, by=by, reason=reason, now=now),
                "is hidden, and the author gets a mail with the reason",
            )

        return with_reason(
            self,
            request,
            rows,
            hide_each,
            verb="Hide the feedback, and tell its author",
            reader="The author of the feedback reads it, in a mail and on the page.",
            name=lambda row: f"{row}, reported {date_format(row.reported_at)}: {row.report_reason}",
        )

    @admin.action(description="Keep: it stays as it is")
    def keep(self, request: HttpRequest, queryset: QuerySet[Feedback]) -> None:
        by, now = cast(User, request.user), timezone.now()
        rows = queryset.select_related(*self.list_select_related)
        apply_to_each(self, request, rows, lambda row: keep_feedback(feedback_id=row.pk, by=by, now=now), "stays")


@admin.register(OrganiserNote)
class OrganiserNoteAdmin(ReadOnlyAdmin):
    """Private lines of members to the organisers. Nobody else reads them, and they are deleted after a year."""

    list_display = ["author", "mentorship", "written_at"]
    list_select_related = ["author", "mentorship__mentor__user", "mentorship__mentee"]
    search_fields = ["=mentorship__uuid", "author__email", "author__name"]
    date_hierarchy = "written_at"
    ordering = ["-written_at", "-pk"]
