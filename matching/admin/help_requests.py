"""Help requests and the waiting list in the admin."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.timesince import timesince

from accounts.admin.base import ReadOnlyAdmin
from accounts.models import MentorProfile, User
from matching.engine import RULES
from matching.engine.why_not import LINES
from matching.models import HelpRequest, Match, WaitingRequest
from matching.selectors.admin_waiting_list import waiting_requests
from matching.selectors.queue import OBSTACLES
from matching.selectors.recruit import WAITING_MAX, requests_without_mentors, whom_to_recruit
from matching.selectors.suggestions import why_not_mentor
from matching.selectors.turns_of_requests import COMMUNITY, MENTEE, MENTOR, with_turns
from matching.services.look_for_mentors import look_for_mentors

# Admins see the names of the rules as well: private rules share one sentence.
SENTENCES = {rule.name: f"{rule.name.replace('_', ' ').capitalize()}: {rule.sentence}" for rule in RULES}

TURNS = {
    COMMUNITY: "ours",
    MENTOR: "the mentor's",
    MENTEE: "the mentee's",
}


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
class HelpRequestAdmin(ReadOnlyAdmin):
    """Help requests, with whose turn it is and since when. Only moves of members change the status."""

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
    change_list_template = "admin/matching/helprequest/change_list.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[HelpRequest]:
        requests = super().get_queryset(request)
        return with_turns(requests).annotate(live_count=Count("matches", filter=Q(matches__status__in=Match.LIVE)))

    def get_urls(self) -> list[URLPattern]:
        why_not = path(
            "<int:pk>/why-not/", self.admin_site.admin_view(self.why_not), name="matching_helprequest_why_not"
        )
        recruit = path("recruit/", self.admin_site.admin_view(self.recruit), name="matching_helprequest_recruit")
        return [why_not, recruit, *super().get_urls()]

    def why_not(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show why a mentor is not among the first suggestions, private rules included."""
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

    def recruit(self, request: HttpRequest) -> HttpResponse:
        """Show the mentors to look for: those who would free most requests without a mentor."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        context = {
            **self.admin_site.each_context(request),
            "title": "Whom to recruit",
            "recruits": whom_to_recruit(now=timezone.now()),
            "waiting": requests_without_mentors().count(),
            "waiting_max": WAITING_MAX,
        }
        return render(request, "admin/matching/helprequest/recruit.html", context)

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


class TurnFilter(admin.SimpleListFilter):
    title, parameter_name = "turn", "whose_turn"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return list(TURNS.items())

    def queryset(self, request: HttpRequest, queryset: QuerySet[WaitingRequest]) -> QuerySet[WaitingRequest]:
        return queryset.filter(Q(whose_turn=self.value())) if self.value() else queryset


@admin.register(WaitingRequest)
class WaitingRequestAdmin(HelpRequestAdmin):
    """The waiting list, longest waiting first: whose turn it is, since when, and why no mentor was found."""

    list_display = ["mentee", "goal", "turn", "since", "waits_for", "place", "obstacle", "reason"]
    list_filter = [TurnFilter, ("queued_at", admin.EmptyFieldListFilter), "obstacle", "format", "goal__kind"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[HelpRequest]:
        return waiting_requests(WaitingRequest.objects.all())

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:
        return ("turn_since_at", "pk")

    def get_urls(self) -> list[URLPattern]:
        return admin.ModelAdmin.get_urls(self)  # "why not?" is a page of the help request

    @admin.display(description="whose turn", ordering="whose_turn")
    def turn(self, request: WaitingRequest) -> str:
        return TURNS[request.whose_turn]  # type: ignore[attr-defined]

    @admin.display(ordering="turn_since_at")
    def since(self, request: WaitingRequest) -> datetime:
        return request.turn_since_at  # type: ignore[attr-defined]

    @admin.display(description="waits")
    def waits_for(self, request: WaitingRequest) -> str:
        return timesince(request.turn_since_at, timezone.now(), depth=1)  # type: ignore[attr-defined]

    @admin.display(description="place in the queue", ordering="queue_place")
    def place(self, request: WaitingRequest) -> int | None:
        return request.queue_place  # type: ignore[attr-defined]

    @admin.display
    def reason(self, request: WaitingRequest) -> str:
        found = OBSTACLES.get(request.obstacle)
        return SENTENCES.get(request.obstacle) or (str(found.sentence) if found else "")
