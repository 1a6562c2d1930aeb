"""Goals, and the kinds of goals and sessions, in the admin."""

from __future__ import annotations

from collections.abc import Sequence

from django import forms
from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from django.urls import reverse

from accounts.admin.base import NotAddedHere
from accounts.admin.used import Use, Used
from mentorship.models import Goal, GoalKind, SessionKind

INSTEAD = "Switch it off instead (“can be chosen”): what uses it keeps it, and nobody can choose it any more."


LAST = "It is the last one that can be chosen. Switch another one on first."


def is_last_offered(row: GoalKind | SessionKind) -> bool:
    """Return whether no other kind can be chosen. Locks all kinds: two admins could switch off the last two at once."""
    kinds = type(row)._default_manager.select_for_update().order_by("pk").values_list("pk", "is_offered")
    return not any(is_offered for key, is_offered in kinds if key != row.pk)


class KindForm(forms.ModelForm):
    def clean_is_offered(self) -> bool:
        is_offered: bool = self.cleaned_data["is_offered"]
        if not is_offered and is_last_offered(self.instance):
            raise forms.ValidationError(LAST)
        return is_offered


class KindAdmin(Used):
    """A kind that forms offer. One at least can be chosen at any time."""

    form = KindForm
    list_filter = ["is_offered"]
    exclude = ["offered_by"]
    instead = INSTEAD

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> list[str]:
        # The engine knows it by this code.
        return [*super().get_readonly_fields(request, obj), *(["code"] if obj else [])]

    def why_it_stays(self, row: GoalKind | SessionKind) -> str:
        return LAST if is_last_offered(row) else ""


@admin.register(GoalKind)
class GoalKindAdmin(KindAdmin):
    list_display = ["name", "code", "needs_market", "position", "is_offered"]
    after_a_change = "A new name is read in all of them. Waiting requests are judged by it in their next search."

    def uses_of(self, row: GoalKind) -> Sequence[Use]:
        goals = f"{reverse('admin:mentorship_goal_changelist')}?kind__id__exact={row.pk}"
        return (
            Use(row.goals.count(), "goal", "goals", goals),
            Use(row.offered_by.count(), "mentor who offers it", "mentors who offer it"),
        )


@admin.register(SessionKind)
class SessionKindAdmin(KindAdmin):
    list_display = ["name", "code", "minutes", "position", "is_offered"]
    after_a_change = "A new name is read in all of them. Sessions that are planned keep their length."

    def uses_of(self, row: SessionKind) -> Sequence[Use]:
        return (
            Use(row.sessions.count(), "session", "sessions"),
            Use(row.offered_by.count(), "mentor who offers it", "mentors who offer it"),
        )


@admin.register(Goal)
class GoalAdmin(NotAddedHere):
    list_display = ["mentee", "kind", "target_role", "target_country", "by_on", "status"]
    list_select_related = ["mentee", "kind"]
    list_filter = ["kind", "status"]
    of_person = ("mentee",)
    search_fields = ["mentee__email", "mentee__name", "target_role", "target_field"]
    ordering = ["-created_at", "-pk"]

    def has_change_permission(self, request: HttpRequest, obj: Goal | None = None) -> bool:
        return False  # only its mentee changes a goal
