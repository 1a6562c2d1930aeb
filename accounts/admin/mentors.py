"""Mentors in the admin."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path

from accounts.admin.acting import on_rows
from accounts.admin.application import application_page
from accounts.admin.base import NotDeletedHere
from accounts.admin.export import ExportColumn
from accounts.admin.worded_filters import erased
from accounts.admin.write_to_people import WritesToPeople
from accounts.jobs.pauses import pause_mentoring, resume_mentoring
from accounts.models import MentorDecision, MentorProfile
from accounts.roles import CONTACT, SET_ROLE, TROUBLE
from accounts.row_actions import RowAction
from accounts.services.mentors import (
    approve_mentor,
    lift_suspension,
    reject_mentor,
    reopen_application,
    suspend_mentor,
)
from accounts.services.profiles import update_mentor
from accounts.suggested_actions import Deed


class DecisionInline(admin.TabularInline):
    """Decisions about a mentor, the latest first."""

    model = MentorDecision
    verbose_name_plural = "decisions"
    fields = readonly_fields = ("decided_at", "before", "after", "by", "reason")
    ordering = ["-decided_at", "-pk"]
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: MentorProfile | None = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[MentorDecision]:
        return super().get_queryset(request).select_related("by")


def _action(service: Callable[..., object], *, by: bool = False, reason: bool = False, **options: Any) -> RowAction:
    """Return an action that calls a service with the mentor, and with the admin and the reason if it takes them."""

    def act(mentor: MentorProfile, deed: Deed) -> None:
        given: dict[str, Any] = {"by": deed.by} if by or reason else {}
        service(mentor_id=mentor.pk, now=deed.now, **given, **(deed.answers if reason else {}))

    if reason:
        options |= {"reader": "They read it in the mail.", "in_words": _with_status}
    return RowAction(act=act, watched=("status", "status_since_at"), **options)


def _with_status(mentor: MentorProfile) -> str:
    return f"{mentor}, {mentor.get_status_display().lower()}"


ACTIONS = (
    _action(
        approve_mentor,
        by=True,
        name="approve",
        label="Approve and tell them",
        done="is approved and gets a mail",
        for_all="{count} applicants are approved, and get a mail.",
    ),
    _action(
        reject_mentor,
        reason=True,
        name="reject",
        label="Reject kindly and tell them why",
        verb="Reject",
        done="is rejected and gets a mail",
        for_all="{count} applicants are rejected, and get a mail with your reason.",
    ),
    _action(
        reopen_application,
        reason=True,
        name="reopen",
        label="Open a rejected application again",
        verb="Open again",
        done="has applied again",
    ),
    _action(
        partial(pause_mentoring, cause=MentorProfile.PauseCause.OWN_WISH, until_on=None),
        name="pause",
        label="Pause, as they asked for",
        done="is paused",
        # A running pause keeps its cause and its end date.
        narrow=lambda mentors, by: mentors.exclude(status=MentorProfile.Status.PAUSED),
    ),
    _action(resume_mentoring, name="resume", label="End the pause", done="is back"),
    _action(
        suspend_mentor,
        reason=True,
        name="suspend",
        label="Suspend and tell them why (their mentees choose how they go on)",
        verb="Suspend",
        done="is suspended and gets a mail",
        for_all="{count} mentors are suspended, and get a mail with your reason.",
    ),
    _action(
        lift_suspension,
        reason=True,
        name="lift",
        label="Lift the suspension and tell them",
        verb="Lift the suspension",
        done="is back and gets a mail",
    ),
)
VIEW_MENTOR = "accounts.view_mentorprofile"


def _formats(mentor: MentorProfile) -> list[str]:
    return [str(MentorProfile.Format(one).label) for one in mentor.formats]


@admin.register(MentorProfile)
class MentorProfileAdmin(WritesToPeople, NotDeletedHere):
    """Applications and mentors. Only the actions change the status."""

    list_display = [
        "user",
        "status",
        "status_since_at",
        "pause_cause",
        "paused_until_on",
        "capacity",
        "active_elsewhere",
        "paid",
    ]
    list_select_related = ["user"]
    list_filter = ["status", "pause_cause", "paid", erased("user__erased_at")]
    of_person = ("user",)
    search_fields = ["user__email", "user__name", "motivation"]
    readonly_fields = [
        "user",
        "status",
        "status_since_at",
        "pause_cause",
        "paused_until_on",
        "paid",
        "rate_amount",
        "rate_currency",
        "rate_per",
    ]
    ordering = ["-status_since_at", "-pk"]
    actions = [*on_rows(MentorProfile, *ACTIONS), "write_to_people"]
    inlines = [DecisionInline]
    export_people = ("user_id",)
    export_columns = (
        ExportColumn("Name", VIEW_MENTOR, lambda mentor: mentor.user.name),
        ExportColumn("Address", CONTACT, lambda mentor: mentor.user.email),
        ExportColumn("Status", VIEW_MENTOR, lambda mentor: mentor.get_status_display()),
        ExportColumn("Status since", VIEW_MENTOR, lambda mentor: mentor.status_since_at),
        ExportColumn("Paused until", VIEW_MENTOR, lambda mentor: mentor.paused_until_on),
        ExportColumn("Teaches", VIEW_MENTOR, lambda mentor: mentor.teaches),
        ExportColumn("Wants to explore", VIEW_MENTOR, lambda mentor: mentor.explores),
        ExportColumn("Formats", VIEW_MENTOR, _formats),
        ExportColumn("People at once", VIEW_MENTOR, lambda mentor: mentor.capacity),
        ExportColumn("People mentored elsewhere", VIEW_MENTOR, lambda mentor: mentor.active_elsewhere),
        ExportColumn("Hours a month", VIEW_MENTOR, lambda mentor: mentor.monthly_hours),
        ExportColumn("Found by search", VIEW_MENTOR, lambda mentor: mentor.is_listed),
        ExportColumn("Price", VIEW_MENTOR, lambda mentor: mentor.rate_amount),
        ExportColumn("Currency", VIEW_MENTOR, lambda mentor: mentor.rate_currency),
        ExportColumn("Price per", VIEW_MENTOR, lambda mentor: mentor.get_rate_per_display()),
    )
    shown_with = {"pause_cause": TROUBLE}
    # The notes say why somebody was paused or suspended.
    notes_need = TROUBLE
    change_form_template = "admin/accounts/mentorprofile/change_form.html"

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.decide)
        return [path("<int:pk>/decide/", view, name="accounts_mentorprofile_decide"), *super().get_urls()]

    def decide(self, request: HttpRequest, pk: int) -> HttpResponse:
        return application_page(self, request, pk)

    def has_change_permission(self, request: HttpRequest, obj: MentorProfile | None = None) -> bool:
        """Only those who give roles change the mentor profile of an admin."""
        if obj is not None and obj.user.role and not request.user.has_perm(SET_ROLE):
            return False
        return super().has_change_permission(request, obj)

    def save_model(self, request: HttpRequest, obj: MentorProfile, form: ModelForm, change: bool) -> None:
        # Only the changed fields: other fields of the form may be out of date by now.
        update_mentor(mentor=obj, changes={name: form.cleaned_data[name] for name in form.changed_data})
