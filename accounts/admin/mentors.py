"""Mentors in the admin."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from django.contrib import admin
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils import timezone

from accounts.admin.base import NotDeletedHere, apply_to_each
from accounts.jobs.pauses import pause_mentoring, resume_mentoring
from accounts.models import MentorProfile
from accounts.services.mentors import approve_mentor, reject_mentor, suspend_mentor
from accounts.services.profiles import update_mentor


@admin.register(MentorProfile)
class MentorProfileAdmin(NotDeletedHere):
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
    list_filter = ["status", "pause_cause", "paid"]
    search_fields = ["user__email", "user__name", "motivation"]
    readonly_fields = [
        "uuid",
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
    actions = ["approve", "reject", "pause", "resume", "suspend"]

    def save_model(self, request: HttpRequest, obj: MentorProfile, form: ModelForm, change: bool) -> None:
        # Only the changed fields: other fields of the form may be out of date by now.
        update_mentor(mentor=obj, changes={name: form.cleaned_data[name] for name in form.changed_data})

    @admin.action(description="Approve and tell them")
    def approve(self, request: HttpRequest, queryset: QuerySet[MentorProfile]) -> None:
        self._decide(request, queryset, approve_mentor, "is approved and gets a mail")

    @admin.action(description="Reject kindly and tell them")
    def reject(self, request: HttpRequest, queryset: QuerySet[MentorProfile]) -> None:
        self._decide(request, queryset, reject_mentor, "is rejected and gets a mail")

    @admin.action(description="Pause, as they asked for")
    def pause(self, request: HttpRequest, queryset: QuerySet[MentorProfile]) -> None:
        own_wish = partial(pause_mentoring, cause=MentorProfile.PauseCause.OWN_WISH, until_on=None)
        # A running pause keeps its cause and its end date.
        self._decide(request, queryset.exclude(status=MentorProfile.Status.PAUSED), own_wish, "is paused")

    @admin.action(description="End the pause")
    def resume(self, request: HttpRequest, queryset: QuerySet[MentorProfile]) -> None:
        self._decide(request, queryset, resume_mentoring, "is back")

    @admin.action(description="Suspend; what runs is not ended")
    def suspend(self, request: HttpRequest, queryset: QuerySet[MentorProfile]) -> None:
        self._decide(request, queryset, suspend_mentor, "is suspended")

    def _decide(
        self, request: HttpRequest, queryset: QuerySet[MentorProfile], decide: Callable[..., object], done: str
    ) -> None:
        now = timezone.now()
        apply_to_each(self, request, queryset, lambda mentor: decide(mentor_id=mentor.pk, now=now), done)
