"""Mentorships and exclusions in the admin."""

from __future__ import annotations

from functools import partial
from typing import cast

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path

from accounts.admin.acting import on_rows
from accounts.admin.base import ReadOnlyAdmin
from accounts.admin.export import ExportColumn
from accounts.admin.write_to_people import WritesToPeople
from accounts.figures.row_filters import in_period
from accounts.models import User
from accounts.roles import CONTACT
from accounts.row_actions import RowAction
from mentorship.admin.decisions import EndForm, end_as_admin, end_in_words, end_page, extend_page
from mentorship.models import Exclusion, Mentorship


@admin.register(Exclusion)
class ExclusionAdmin(admin.ModelAdmin):
    list_display = ["first", "second", "reason"]
    list_select_related = ["first", "second"]
    list_filter = ["reason"]
    of_person = ("first", "second")
    autocomplete_fields = ["first", "second"]
    search_fields = ["first__name", "first__email", "second__name", "second__email"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Exclusion]:
        # Nobody reads or deletes what keeps others from them.
        admin_pk = cast(User, request.user).pk
        return super().get_queryset(request).exclude(Q(first=admin_pk) | Q(second=admin_pk))


END = RowAction(
    name="end",
    label="End and tell both",
    act=lambda mentorship, deed: end_as_admin(mentorship, deed.answers, by=deed.by, now=deed.now),
    verb="End, and tell both",
    form=EndForm,
    said=end_in_words,
    in_words=lambda mentorship: f"{mentorship}, {mentorship.get_status_display().lower()}",
    watched=("status",),
)
VIEW_MENTORSHIP = "mentorship.view_mentorship"


@admin.register(Mentorship)
class MentorshipAdmin(WritesToPeople, ReadOnlyAdmin):
    """Mentorships. An acceptance begins one, and an action ends it.

    Outcomes and fit checks are figures of the home: nobody reads those of one person.
    """

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
    list_filter = [
        "status",
        "end_reason",
        "format",
        in_period("started_at", title="began in", parameter="began"),
        in_period("ended_at", title="ended in", parameter="ended"),
    ]
    of_person = ("mentee", "mentor__user")
    search_fields = ["mentor__user__email", "mentee__email", "mentor__user__name", "mentee__name"]
    date_hierarchy = "started_at"
    ordering = ["-started_at", "-pk"]
    actions = [*on_rows(Mentorship, END), "write_to_people"]
    change_list_template = "admin/mentorship/mentorship/change_list.html"
    export_people = ("mentee_id", "mentor__user_id")
    export_columns = (
        ExportColumn("Mentor", VIEW_MENTORSHIP, lambda mentorship: mentorship.mentor.user.name),
        ExportColumn("Address of the mentor", CONTACT, lambda mentorship: mentorship.mentor.user.email),
        ExportColumn("Mentee", VIEW_MENTORSHIP, lambda mentorship: mentorship.mentee.name),
        ExportColumn("Address of the mentee", CONTACT, lambda mentorship: mentorship.mentee.email),
        ExportColumn("Goal", VIEW_MENTORSHIP, lambda mentorship: mentorship.goal.kind),
        ExportColumn("Format", VIEW_MENTORSHIP, lambda mentorship: mentorship.format),
        ExportColumn("Status", VIEW_MENTORSHIP, lambda mentorship: mentorship.status),
        ExportColumn("Began", VIEW_MENTORSHIP, lambda mentorship: mentorship.started_at),
        ExportColumn("Planned end", VIEW_MENTORSHIP, lambda mentorship: mentorship.planned_end_on),
        ExportColumn("Ended", VIEW_MENTORSHIP, lambda mentorship: mentorship.ended_at),
        ExportColumn("Reason of the end", VIEW_MENTORSHIP, lambda mentorship: mentorship.end_reason),
    )

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        end = path("<int:pk>/end/", view(partial(end_page, self)), name="mentorship_mentorship_end")
        extend = path("<int:pk>/extend/", view(partial(extend_page, self)), name="mentorship_mentorship_extend")
        return [end, extend, *super().get_urls()]
