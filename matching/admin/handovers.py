"""Handovers in the admin: who waits for a choice, and since when."""

from __future__ import annotations

from functools import partial

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path

from accounts.admin.base import ReadOnlyAdmin
from accounts.admin.worded_filters import is_there
from accounts.models import User
from matching.admin.start_handovers import start_handovers_page
from matching.models import Handover
from mentorship.admin.of_a_pair import OF_PERSON, SEARCH_FIELDS
from mentorship.admin.own import besides_own


@admin.register(Handover)
class HandoverAdmin(ReadOnlyAdmin):
    """Choices of mentees whose mentor cannot go on, or pauses for long. The mentee alone chooses.

    An admin can arrange a handover from the page of a mentor.
    """

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
    list_filter = [is_there("closed_at", "status", yes="closed", no="waits for a choice"), "cause", "choice"]
    of_person = OF_PERSON
    search_fields = SEARCH_FIELDS
    date_hierarchy = "opened_at"
    ordering = ["-opened_at", "-pk"]

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(partial(start_handovers_page, self))
        # The number is that of a mentor.
        return [path("start/<int:pk>/", view, name="matching_handover_start"), *super().get_urls()]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Handover]:
        return besides_own(super().get_queryset(request), request)

    @admin.display(ordering="mentorship__mentee__name")
    def mentee(self, handover: Handover) -> User:
        return handover.mentorship.mentee

    @admin.display(ordering="mentorship__mentor__user__name")
    def mentor(self, handover: Handover) -> User:
        return handover.mentorship.mentor.user
