"""Next steps and milestones in the admin. Their words are for the two, so none are shown."""

from __future__ import annotations

from django.contrib import admin

from accounts.admin.base import ReadOnlyAdmin
from accounts.models import User
from mentorship.admin.of_a_pair import OF_PERSON, SEARCH_FIELDS
from mentorship.models import ActionItem, Milestone


@admin.register(ActionItem)
class ActionItemAdmin(ReadOnlyAdmin):
    list_display = ["mentor", "mentee", "whose", "status", "by_on", "created_at", "done_at"]
    list_select_related = ["mentorship__mentor__user", "mentorship__mentee"]
    list_filter = ["status", "whose"]
    of_person = OF_PERSON
    search_fields = SEARCH_FIELDS
    date_hierarchy = "created_at"
    ordering = ["-created_at", "-pk"]
    exclude = ["what", "milestone"]

    @admin.display(ordering="mentorship__mentor__user__name")
    def mentor(self, step: ActionItem) -> User:
        return step.mentorship.mentor.user

    @admin.display(ordering="mentorship__mentee__name")
    def mentee(self, step: ActionItem) -> User:
        return step.mentorship.mentee


@admin.register(Milestone)
class MilestoneAdmin(ReadOnlyAdmin):
    list_display = ["goal", "position", "by_on", "reached_at"]
    list_select_related = ["goal__kind", "goal__mentee"]
    of_person = ("goal__mentee",)
    search_fields = ["goal__mentee__email", "goal__mentee__name"]
    ordering = ["-goal_id", "position"]
    exclude = ["title"]
