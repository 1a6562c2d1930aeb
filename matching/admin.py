"""Help requests and matches in the admin."""

from __future__ import annotations

from datetime import datetime

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path
from django.utils import timezone

from accounts.models import MentorProfile, User
from matching.engine import RULES
from matching.engine.why_not import LINES
from matching.models import HelpRequest, Match
from matching.selectors.suggestions import why_not_mentor
from matching.selectors.turns import with_turns
from matching.services.help_requests import look_for_mentors

# An admin may know more than the mentee: "suspended" and "kept apart" sound alike to others.
SENTENCES = {rule.name: f"{rule.name.replace('_', ' ').capitalize()}: {rule.sentence}" for rule in RULES}


class MatchInline(admin.TabularInline):
    model = Match
    fields = readonly_fields = ("mentor", "status", "fit", "rank", "asked_at", "ended_at")
    ordering = ["rank", "pk"]
    extra = 0
    can_delete = False
    show_change_link = True

    def has_add_permission(self, request: HttpRequest, obj: HelpRequest | None = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Match]:
        return super().get_queryset(request).select_related("mentor__user")


@admin.register(HelpRequest)
class HelpRequestAdmin(admin.ModelAdmin):
    """Who waits, and since when. The status moves by what people do, never by hand here."""

    list_display = [
        "mentee",
        "goal",
        "status",
        "whose_turn",
        "turn_since_at",
        "opened_at",
        "live_matches",
        "mentors_due_at",
    ]
    list_select_related = ["mentee", "goal__kind"]
    list_filter = ["status", "format", "goal__kind"]
    search_fields = ["mentee__email", "mentee__name", "ref", "ask"]
    ordering = ["-opened_at", "-pk"]
    inlines = [MatchInline]
    actions = ["find_mentors"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[HelpRequest]:
        requests = super().get_queryset(request)
        return with_turns(requests).annotate(live_count=Count("matches", filter=Q(matches__status__in=Match.LIVE)))

    def get_urls(self) -> list[URLPattern]:
        why_not = path(
            "<int:pk>/why-not/", self.admin_site.admin_view(self.why_not), name="matching_helprequest_why_not"
        )
        return [why_not, *super().get_urls()]

    def why_not(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Say what keeps a mentor from the first suggestions, private rules included."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        help_request = get_object_or_404(
            HelpRequest.objects.select_related("mentee", "goal__kind", "session_kind"), pk=pk
        )
        email = request.GET.get("mentor", "").strip()
        mentor = MentorProfile.objects.filter(user__email=User.objects.normalize_email(email)).first()
        answer = why_not_mentor(help_request, mentor, now=timezone.now()) if mentor else None
        context = {
            **self.admin_site.each_context(request),
            "title": "Why not …?",
            "help_request": help_request,
            "email": email,
            "answer": answer,
            "sentences": [SENTENCES[rule] for rule in answer.rules] or answer.sentences if answer else (),
            "lines": [(LINES[name], -points) for name, points in answer.missing.items()] if answer else (),
        }
        return render(request, "admin/matching/helprequest/why_not.html", context)

    @admin.display(ordering="whose_turn")
    def whose_turn(self, request: HelpRequest) -> str | None:
        return request.whose_turn  # type: ignore[attr-defined]

    @admin.display(description="since", ordering="turn_since_at")
    def turn_since_at(self, request: HelpRequest) -> datetime | None:
        return request.turn_since_at  # type: ignore[attr-defined]

    @admin.display(description="live matches")
    def live_matches(self, request: HelpRequest) -> int:
        return request.live_count  # type: ignore[attr-defined]

    @admin.action(description="Look for mentors now")
    def find_mentors(self, request: HttpRequest, queryset: QuerySet[HelpRequest]) -> None:
        count = look_for_mentors(help_request_ids=list(queryset.values_list("pk", flat=True)), now=timezone.now())
        self.message_user(request, f"Looking for mentors for {count} open help requests.")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: HelpRequest | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: HelpRequest | None = None) -> bool:
        return False


@admin.register(Match)
class MatchAdmin(admin.ModelAdmin):
    list_display = ["mentee", "goal", "mentor", "fit", "status", "whose_turn", "since", "answer_due_at", "ended_at"]
    list_select_related = ["help_request__mentee", "help_request__goal__kind", "mentor__user"]
    list_filter = ["status"]
    search_fields = ["mentor__user__email", "help_request__mentee__email", "help_request__ref"]
    ordering = ["-created_at", "rank", "pk"]

    @admin.display(ordering="help_request__mentee__name")
    def mentee(self, match: Match) -> str:
        return str(match.help_request.mentee)

    @admin.display
    def goal(self, match: Match) -> str:
        return str(match.help_request.goal)

    @admin.display
    def since(self, match: Match) -> datetime | None:
        return match.turn_since_at

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Match | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Match | None = None) -> bool:
        return False
