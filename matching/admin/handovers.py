"""Handovers in the admin: who waits for a choice, and since when."""

from __future__ import annotations

from django.contrib import admin

from accounts.admin.base import ReadOnlyAdmin
from accounts.models import User
from matching.models import Handover


@admin.register(Handover)
class HandoverAdmin(ReadOnlyAdmin):
    """Choices of mentees whose mentor cannot go on, or pauses for long. The mentee alone chooses."""

    list_display = [
        "mentee",
        "mentor",
        "cause",
        "opened_at",
        "reminded_at",
        "choice",
        "chosen_at",
        "takes_notes",
        "closed_at",
    ]
    list_select_related = ["mentorship__mentor__user", "mentorship__mentee"]
    list_filter = [("closed_at", admin.EmptyFieldListFilter), "cause", "choice"]
    search_fields = [
        "=mentorship__uuid",
        "mentorship__mentor__user__email",
        "mentorship__mentor__user__name",
        "mentorship__mentee__email",
        "mentorship__mentee__name",
    ]
    date_hierarchy = "opened_at"
    ordering = ["-opened_at", "-pk"]

    @admin.display(ordering="mentorship__mentee__name")
    def mentee(self, handover: Handover) -> User:
        return handover.mentorship.mentee

    @admin.display(ordering="mentorship__mentor__user__name")
    def mentor(self, handover: Handover) -> User:
        return handover.mentorship.mentor.user
