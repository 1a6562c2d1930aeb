"""Fit checks in the admin: how many of each answer, and who said "not good". Notes and other answers are private."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from accounts.admin.base import ReadOnlyAdmin
from accounts.models import User
from mentorship.models import FitCheck
from mentorship.selectors.fit_checks import fit_check_counts, not_good


@admin.register(FitCheck)
class FitCheckAdmin(ReadOnlyAdmin):
    """People whose last answer is "not good", in mentorships that run: they may need help. Notes are not here."""

    list_display = ["person", "mentor", "mentee", "answered_at"]
    list_select_related = ["person", "mentorship__mentor__user", "mentorship__mentee"]
    fields = ["person", "mentorship", "number", "answered_at"]
    search_fields = ["=mentorship__uuid", "person__email", "person__name"]
    date_hierarchy = "answered_at"
    ordering = ["-answered_at", "-pk"]
    change_list_template = "admin/mentorship/fitcheck/counts.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[FitCheck]:
        return not_good()

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return super().changelist_view(request, {"counts": fit_check_counts()} | (extra_context or {}))

    @admin.display(ordering="mentorship__mentor__user__name")
    def mentor(self, check: FitCheck) -> User:
        return check.mentorship.mentor.user

    @admin.display(ordering="mentorship__mentee__name")
    def mentee(self, check: FitCheck) -> User:
        return check.mentorship.mentee
