"""Matches in the admin."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path

from accounts.admin.base import ReadOnlyAdmin
from accounts.admin.export import ExportColumn, Exported
from accounts.admin.reads import note_reads_of
from accounts.figures.row_filters import in_period
from accounts.models import StaffRead
from accounts.roles import CONTACT, LETTERS
from matching.admin.move_on import move_on_page
from matching.models import Clarification, HandProposal, Match
from matching.selectors.figures import SAID_NO, SAID_NOTHING, SAID_YES
from matching.selectors.words_for_admins import rules_in_words


class Reminded(admin.SimpleListFilter):
    title = "reminders"
    parameter_name = "reminded"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [("yes", "reminded"), ("no", "not reminded")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Match]) -> QuerySet[Match]:
        match self.value():
            case "yes":
                return queryset.filter(reminders_sent__gt=0)
            case "no":
                return queryset.filter(reminders_sent=0)
        return queryset


class Answered(admin.SimpleListFilter):
    """The questions that ended with a word of the mentor, or without one."""

    title, parameter_name = "answer of the mentor", "answer"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [("any", "asked, and decided"), ("yes", "yes"), ("no", "no"), ("none", "no answer")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Match]) -> QuerySet[Match]:
        conditions = {"any": SAID_YES | SAID_NO | SAID_NOTHING, "yes": SAID_YES, "no": SAID_NO, "none": SAID_NOTHING}
        value = self.value()
        return queryset.filter(conditions[value]) if value else queryset


class ClarificationInline(admin.TabularInline):
    """The questions that the mentor asked back, with their answers."""

    model = Clarification
    verbose_name_plural = "asked back"
    fields = readonly_fields = ("number", "question", "asked_at", "answer", "answered_at")
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Match | None = None) -> bool:
        return False


class HandProposalInline(admin.StackedInline):
    """The admin who proposed the match by hand, and the overridden rules."""

    model = HandProposal
    verbose_name = verbose_name_plural = "proposed by hand"
    fields = readonly_fields = ("by", "proposed_at", "overridden", "reason")
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Match | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Match | None = None) -> bool:
        return False

    @admin.display
    def overridden(self, by_hand: HandProposal) -> str:
        return " ".join(rules_in_words(by_hand.rules, private=True))


VIEW_MATCH = "matching.view_match"


@admin.register(Match)
class MatchAdmin(Exported, ReadOnlyAdmin):
    list_display = ["mentee", "goal", "mentor", "fit", "status", "whose_turn", "since", "answer_due_at", "ended_at"]
    list_select_related = ["help_request__mentee", "help_request__goal__kind", "mentor__user"]
    list_filter = [
        "status",
        "withdrawn_by",
        Reminded,
        Answered,
        in_period("ended_at", title="ended in", parameter="ended"),
    ]
    of_person = ("help_request__mentee", "mentor__user")
    search_fields = [
        *("mentor__user__name", "mentor__user__email"),
        *("help_request__mentee__name", "help_request__mentee__email", "help_request__ref"),
    ]
    ordering = ["-help_request_id", "rank", "pk"]
    # Reasons are shown as lines. The other fields are for the engine.
    exclude = [
        *("reasons", "mentor_reasons"),
        *("criteria", "engine_version", "load_cost", "silence_cost", "interest_bonus"),
    ]
    readonly_fields = ["for_mentee", "for_mentor", "ended_at", "silent_side", "withdrawn_by"]
    inlines = [HandProposalInline, ClarificationInline]
    export_people = ("help_request__mentee_id", "mentor__user_id")
    export_columns = (
        ExportColumn("Mentee", VIEW_MATCH, lambda match: match.help_request.mentee.name),
        ExportColumn("Address of the mentee", CONTACT, lambda match: match.help_request.mentee.email),
        ExportColumn("Mentor", VIEW_MATCH, lambda match: match.mentor.user.name),
        ExportColumn("Address of the mentor", CONTACT, lambda match: match.mentor.user.email),
        ExportColumn("Goal", VIEW_MATCH, lambda match: match.help_request.goal.kind),
        ExportColumn("Fit", VIEW_MATCH, lambda match: match.fit),
        ExportColumn("Rank", VIEW_MATCH, lambda match: match.rank),
        ExportColumn("Status", VIEW_MATCH, lambda match: match.status),
        ExportColumn("Whose turn", VIEW_MATCH, lambda match: match.whose_turn),
        ExportColumn("Since", VIEW_MATCH, lambda match: match.turn_since_at),
        ExportColumn("Answer due", VIEW_MATCH, lambda match: match.answer_due_at),
        ExportColumn("Ended", VIEW_MATCH, lambda match: match.ended_at),
    )
    shown_with = {"why_you": LETTERS, "offer_note": LETTERS, "decline_note": LETTERS}

    def get_inlines(self, request: HttpRequest, obj: Match | None) -> list[type[admin.options.InlineModelAdmin]]:
        """Leave out the proposal by hand for an admin who is one of the two: admins write the reason for each other."""
        is_own = obj is not None and request.user.pk in (obj.help_request.mentee_id, obj.mentor.user_id)
        return [ClarificationInline] if is_own else [*super().get_inlines(request, obj)]

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(partial(move_on_page, self))
        return [path("<int:pk>/move-on/", view, name="matching_match_move_on"), *super().get_urls()]

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        match: Match | None = kwargs.get("obj")
        if match and match.has_letters and request.user.has_perm(LETTERS):
            both = (match.help_request.mentee_id, match.mentor.user_id)
            note_reads_of(request, both, StaffRead.What.LETTERS)
        return super().render_change_form(request, context, *args, **kwargs)

    @admin.display(ordering="help_request__mentee__name")
    def mentee(self, match: Match) -> str:
        return str(match.help_request.mentee)

    @admin.display
    def goal(self, match: Match) -> str:
        return str(match.help_request.goal)

    @admin.display(description="reasons that the mentee reads")
    def for_mentee(self, match: Match) -> str:
        return "\n".join(match.reasons)

    @admin.display(description="reasons that the mentor reads")
    def for_mentor(self, match: Match) -> str:
        return "\n".join(match.mentor_reasons)

    @admin.display
    def since(self, match: Match) -> datetime | None:
        return match.turn_since_at
