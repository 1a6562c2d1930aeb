"""Mentors in the admin."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import cast

from django.contrib import admin
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from accounts.admin.base import NotDeletedHere, apply_to_each
from accounts.admin.reasons import with_reason
from accounts.jobs.pauses import pause_mentoring, resume_mentoring
from accounts.models import MentorDecision, MentorProfile, User
from accounts.services.mentors import (
    approve_mentor,
    lift_suspension,
    reject_mentor,
    reopen_application,
    suspend_mentor,
)
from accounts.services.profiles import update_mentor


class DecisionInline(admin.TabularInline):
    """Decisions about a mentor, the latest first."""

    model = MentorDecision
    fields = readonly_fields = ("decided_at", "before", "after", "by", "reason")
    ordering = ["-decided_at", "-pk"]
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: MentorProfile | None = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[MentorDecision]:
        return super().get_queryset(request).select_related("by")


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
    actions = ["approve", "reject", "reopen", "pause", "resume", "suspend", "lift"]
    inlines = [DecisionInline]

    def save_model(self, request: HttpRequest, obj: MentorProfile, form: ModelForm, change: bool) -> None:
        # Only the changed fields: other fields of the form may be out of date by now.
        update_mentor(mentor=obj, changes={name: form.cleaned_data[name] for name in form.changed_data})

    @admin.action(description="Approve and tell them")
    def approve(self, request: HttpRequest, queryset: QuerySet[MentorProfile]) -> None:
        self._decide(request, queryset, approve_mentor, "is approved and gets a mail")

    @admin.action(description="Reject kindly and tell them why")
    def reject(self, request: HttpRequest, queryset: QuerySet[MentorProfile]) -> HttpResponse | None:
        return self._give_reason(request, queryset, reject_mentor, "Reject", "is rejected and gets a mail")

    @admin.action(description="Open a rejected application again")
    def reopen(self, request: HttpRequest, queryset: QuerySet[MentorProfile]) -> HttpResponse | None:
        return self._give_reason(request, queryset, reopen_application, "Open again", "has applied again")

    @admin.action(description="Pause, as they asked for")
    def pause(self, request: HttpRequest, queryset: QuerySet[MentorProfile]) -> None:
        own_wish = partial(pause_mentoring, cause=MentorProfile.PauseCause.OWN_WISH, until_on=None)
        # A running pause keeps its cause and its end date.
        self._decide(request, queryset.exclude(status=MentorProfile.Status.PAUSED), own_wish, "is paused")

    @admin.action(description="End the pause")
    def resume(self, request: HttpRequest, queryset: QuerySet[MentorProfile]) -> None:
        self._decide(request, queryset, resume_mentoring, "is back")

    @admin.action(description="Suspend and tell them why (their mentees choose how they go on)")
    def suspend(self, request: HttpRequest, queryset: QuerySet[MentorProfile]) -> HttpResponse | None:
        return self._give_reason(request, queryset, suspend_mentor, "Suspend", "is suspended and gets a mail")

    @admin.action(description="Lift the suspension and tell them")
    def lift(self, request: HttpRequest, queryset: QuerySet[MentorProfile]) -> HttpResponse | None:
        return self._give_reason(request, queryset, lift_suspension, "Lift the suspension", "is back and gets a mail")

    def _give_reason(
        self,
        request: HttpRequest,
        queryset: QuerySet[MentorProfile],
        decide: Callable[..., object],
        verb: str,
        done: str,
    ) -> HttpResponse | None:
        """Ask for a reason and a second click, then decide about each mentor."""
        decided = partial(decide, by=cast(User, request.user))
        return with_reason(
            self,
            request,
            queryset,
            lambda reason: self._decide(request, queryset, partial(decided, reason=reason), done),
            verb=verb,
            reader="They read it in the mail.",
            name=lambda mentor: f"{mentor}, {mentor.get_status_display().lower()}",
        )

    def _decide(
        self, request: HttpRequest, queryset: QuerySet[MentorProfile], decide: Callable[..., object], done: str
    ) -> None:
        now = timezone.now()
        apply_to_each(self, request, queryset, lambda mentor: decide(mentor_id=mentor.pk, now=now), done)
