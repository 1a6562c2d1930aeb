"""Help requests and the waiting list in the admin."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any, cast

from django.contrib import admin
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.timesince import timesince

from accounts.admin.acting import on_rows
from accounts.admin.base import ReadOnlyAdmin, needs
from accounts.admin.export import ExportColumn, Exported
from accounts.admin.row_page import row_page
from accounts.admin.used import Use, also_used
from accounts.admin.worded_filters import by_name, is_there
from accounts.admin.write_to_people import WritesToPeople
from accounts.figures.row_filters import in_period
from accounts.figures.store import count_slow_figures_again, slow_figure
from accounts.models import MentorProfile, User
from accounts.roles import CONTACT, TROUBLE
from accounts.row_actions import RowAction, register
from accounts.suggested_actions import Deed
from accounts.words import country_labels, language_name
from matching.admin.deserts import deserts_page
from matching.admin.propose import names_rules_of, not_own, propose_page
from matching.admin.request_page import LOOK, TURNS, request_page
from matching.models import HelpRequest, Match, WaitingRequest
from matching.selectors.admin_waiting_list import (
    obstacle_for_every_admin,
    obstacle_in_words,
    reason_to_wait,
    waiting_requests,
)
from matching.selectors.by_hand import by_hand_in_words
from matching.selectors.candidates import mentors_called
from matching.selectors.recruit import WAITING_MAX, requests_without_mentors
from matching.selectors.suggestions import why_not_mentor
from matching.selectors.turns_of_requests import with_turns
from matching.selectors.words_for_admins import LINES_IN_WORDS, why_not_in_words
from matching.services.look_for_mentors import begin_due_searches, make_search_due
from mentorship.models import SessionKind


class MatchInline(admin.TabularInline):
    model = Match
    fields = readonly_fields = ("mentor", "status", "fit", "rank", "asked_at", "ended_at", "proposed_by_hand")
    ordering = ["rank", "pk"]
    extra = 0
    can_delete = False
    show_change_link = True

    def has_add_permission(self, request: HttpRequest, obj: HelpRequest | None = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Match]:
        is_own = Q(mentor__user=request.user) | Q(help_request__mentee=request.user)
        related = ("help_request__mentee", "mentor__user", "by_hand__by")
        return super().get_queryset(request).select_related(*related).annotate(is_own=is_own)

    @admin.display
    def proposed_by_hand(self, match: Match) -> str:
        """Return nothing to an admin who is one of the two: admins write the reason for each other."""
        return "" if match.is_own else by_hand_in_words(match)  # type: ignore[attr-defined]


def _look(help_request: HelpRequest, deed: Deed) -> None:
    make_search_due(help_request_id=help_request.pk, by=deed.by, now=deed.now)


FIND_MENTORS = RowAction(
    name="find_mentors",
    label=LOOK,
    act=_look,
    done="has mentors looked for now",
    watched=("status",),
    afterwards=begin_due_searches,
)
register(WaitingRequest, FIND_MENTORS)
VIEW_REQUEST = "matching.view_helprequest"


def _target_country(request: HelpRequest) -> str | None:
    return country_labels().get(str(request.goal.target_country))


def _requests_of_kind(kind: SessionKind) -> Use:
    address = f"{reverse('admin:matching_helprequest_changelist')}?session_kind__id__exact={kind.pk}"
    return Use(HelpRequest.objects.filter(session_kind=kind).count(), "help request", "help requests", address)


also_used(SessionKind, _requests_of_kind)


@admin.register(HelpRequest)
class HelpRequestAdmin(WritesToPeople, ReadOnlyAdmin):
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
        "cohort",
    ]
    list_select_related = ["mentee", "goal__kind", "cohort"]
    list_filter = [
        "status",
        "format",
        "goal__kind",
        "session_kind",
        is_there("cohort", "cohort", yes="in a cohort, whose organisers match it", no="in none"),
        in_period("opened_at", title="opened in", parameter="opened"),
    ]
    of_person: tuple[str, ...] = ("mentee",)
    search_fields = ["mentee__email", "mentee__name", "ref", "ask"]
    ordering = ["-opened_at", "-pk"]
    # Its name in an imported file can be searched for.
    exclude = ["ref", "languages"]
    readonly_fields = ["spoken"]
    inlines = [MatchInline]
    actions = [*on_rows(HelpRequest, FIND_MENTORS), "write_to_people"]
    export_people = ("mentee_id",)
    # Situation, gap, ask and “why” are for mentors.
    export_columns = (
        ExportColumn("Mentee", VIEW_REQUEST, lambda request: request.mentee.name),
        ExportColumn("Address", CONTACT, lambda request: request.mentee.email),
        ExportColumn("Goal", VIEW_REQUEST, lambda request: request.goal.kind),
        ExportColumn("Target role", VIEW_REQUEST, lambda request: request.goal.target_role),
        ExportColumn("Target field", VIEW_REQUEST, lambda request: request.goal.target_field),
        ExportColumn("Target country", VIEW_REQUEST, _target_country),
        ExportColumn("Format", VIEW_REQUEST, lambda request: request.get_format_display()),
        ExportColumn("Minutes", VIEW_REQUEST, lambda request: request.minutes),
        ExportColumn("Status", VIEW_REQUEST, lambda request: request.get_status_display()),
        ExportColumn("Whose turn", VIEW_REQUEST, lambda request: TURNS.get(request.whose_turn)),
        ExportColumn("Since", VIEW_REQUEST, lambda request: request.turn_since_at),
        ExportColumn("Opened", VIEW_REQUEST, lambda request: request.opened_at),
    )
    # It names private rules, such as a block.
    shown_with = {"obstacle": TROUBLE}
    change_list_template = "admin/matching/helprequest/change_list.html"
    change_form_template = "admin/matching/helprequest/change_form.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[HelpRequest]:
        requests = super().get_queryset(request)
        live = Match.objects.filter(help_request=OuterRef("pk"), status__in=Match.LIVE).order_by()
        count = live.values("help_request").annotate(count=Count("pk")).values("count")
        return with_turns(requests).annotate(live_count=Coalesce(Subquery(count), 0))

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest) -> bool:
        """Refuse a filter by the obstacle where the list has the admin's own request."""
        is_here = lookup.partition("__")[0] != "obstacle" or self.model is WaitingRequest
        return is_here and super().lookup_allowed(lookup, value, request)

    def get_urls(self) -> list[URLPattern]:
        recruit = path("recruit/", self.admin_site.admin_view(self.recruit), name="matching_helprequest_recruit")
        desert = path("deserts/", self.admin_site.admin_view(self.deserts), name="matching_helprequest_deserts")
        return [recruit, desert, *self._pages_of_a_request(), *super().get_urls()]

    def _pages_of_a_request(self) -> list[URLPattern]:
        """Return the pages that each list of requests has: from a page of a request the way leads back to its list."""
        view, name = self.admin_site.admin_view, f"matching_{self.opts.model_name}"
        return [
            path("<int:pk>/decide/", view(self.decide), name=f"{name}_decide"),
            path("<int:pk>/why-not/", view(self.why_not), name=f"{name}_why_not"),
            path("<int:pk>/propose/", view(partial(propose_page, self)), name=f"{name}_propose"),
        ]

    def decide(self, request: HttpRequest, pk: int) -> HttpResponse:
        return request_page(self, request, pk)

    def why_not(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show why a mentor is not among the first suggestions. Some readers see the private rules by name."""
        needs(request, f"matching.view_{self.opts.model_name}")
        requests = HelpRequest.objects.select_related("mentee", "goal__kind", "session_kind")
        help_request = get_object_or_404(requests.filter(not_own(request)), pk=pk)
        words = request.GET.get("mentor", "").strip()
        by_address = request.user.has_perm(CONTACT)
        meant = _mentors_meant(words, by_address=by_address)
        mentor = meant[0] if len(meant) == 1 else None
        answer = why_not_mentor(help_request, mentor, now=timezone.now()) if mentor else None
        private = mentor is not None and names_rules_of(mentor, request)
        context = {
            "title": "Why not …?",
            "help_request": help_request,
            "words": words,
            "by_address": by_address,
            "mentor": mentor,
            "meant": meant if mentor is None else (),
            "answer": answer,
            "sentences": why_not_in_words(answer, private=private) if answer else (),
            "lines": [(LINES_IN_WORDS[name], -points) for name, points in answer.missing.items()] if answer else (),
        }
        template = "admin/matching/helprequest/why_not.html"
        return row_page(self, request, help_request, template, context, among=not_own(request))

    def recruit(self, request: HttpRequest) -> HttpResponse:
        """Show the mentors to look for: those who would free most requests without a mentor."""
        needs(request, VIEW_REQUEST)
        if request.method == "POST":
            count_slow_figures_again(now=timezone.now())
            return redirect(request.get_full_path())
        found = slow_figure("recruits", now=timezone.now())
        lines = found.counted.lines if found else ()
        requests = HelpRequest.objects.select_related("mentee", "goal__kind")
        by_key = requests.in_bulk([pk for line in lines for pk in line.rows])
        context = {
            **self.admin_site.each_context(request),
            "title": "Whom to recruit",
            "opts": self.opts,
            "found": found,
            "waiting": requests_without_mentors().count(),
            "recruits": [(line, [by_key[pk] for pk in line.rows if pk in by_key]) for line in lines],
            "waiting_max": WAITING_MAX,
        }
        return render(request, "admin/matching/helprequest/recruit.html", context)

    def deserts(self, request: HttpRequest) -> HttpResponse:
        """Show where more mentors are needed."""
        return deserts_page(self, request)

    @admin.display(ordering="whose_turn")
    def whose_turn(self, request: HelpRequest) -> str | None:
        return TURNS.get(request.whose_turn)  # type: ignore[attr-defined]

    @admin.display(description="since", ordering="turn_since_at")
    def turn_since_at(self, request: HelpRequest) -> datetime | None:
        return request.turn_since_at  # type: ignore[attr-defined]

    @admin.display(description="matches under way")
    def live_matches(self, request: HelpRequest) -> int:
        return request.live_count  # type: ignore[attr-defined]

    @admin.display(description="languages")
    def spoken(self, request: HelpRequest) -> str:
        return ", ".join(map(language_name, request.languages)) or "any that the two share"


def _mentors_meant(words: str, *, by_address: bool) -> list[MentorProfile]:
    """Return the mentors whom ``words`` can mean: those with exactly this name, else all whom the search finds."""
    found = mentors_called(words, by_address=by_address)
    return [mentor for mentor in found if mentor.user.name.casefold() == words.casefold()] or found


class TurnFilter(admin.SimpleListFilter):
    title, parameter_name = "turn", "whose_turn"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return list(TURNS.items())

    def queryset(self, request: HttpRequest, queryset: QuerySet[WaitingRequest]) -> QuerySet[WaitingRequest]:
        return queryset.filter(Q(whose_turn=self.value())) if self.value() else queryset


@admin.register(WaitingRequest)
class WaitingRequestAdmin(HelpRequestAdmin):
    """The waiting list, longest waiting first: whose turn it is, since when, and why no mentor was found."""

    list_display = ["mentee", "goal", "turn", "waits_for", "place", "rule"]
    list_filter = [
        TurnFilter,
        is_there("queued_at", "mentors", yes="none found, in the queue", no="found, or not looked for yet"),
        by_name("obstacle", lambda rule: reason_to_wait(rule) or "none"),
        "format",
        "goal__kind",
    ]
    # They are among the help requests already.
    of_person = ()

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        """Name the rule to those who may read it. Private rules share one sentence for the others."""
        shown = super().get_list_display(request)
        return [*shown] if request.user.has_perm(TROUBLE) else ["reason" if name == "rule" else name for name in shown]

    def get_queryset(self, request: HttpRequest) -> QuerySet[HelpRequest]:
        # Place, rule and filters would tell admins what stands against their own request.
        return waiting_requests(WaitingRequest.objects.exclude(mentee=cast(User, request.user)))

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:
        return ("turn_since_at", "pk")

    def get_urls(self) -> list[URLPattern]:
        # "Whom to recruit" is a page of the help request.
        return [*self._pages_of_a_request(), *Exported.get_urls(self)]

    @admin.display(description="whose turn", ordering="whose_turn")
    def turn(self, request: WaitingRequest) -> str:
        return TURNS[request.whose_turn]  # type: ignore[attr-defined]

    @admin.display(description="waits for", ordering="turn_since_at")
    def waits_for(self, request: WaitingRequest) -> str:
        return timesince(request.turn_since_at, timezone.now(), depth=1)  # type: ignore[attr-defined]

    @admin.display(description="place in the queue", ordering="queue_place")
    def place(self, request: WaitingRequest) -> int | None:
        return request.queue_place  # type: ignore[attr-defined]

    @admin.display
    def reason(self, request: WaitingRequest) -> str:
        return obstacle_for_every_admin(request)

    @admin.display(description="reason")
    def rule(self, request: WaitingRequest) -> str:
        return obstacle_in_words(request)
