"""The page where an admin decides about a help request: what is asked, its matches, and who could be proposed."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import admin, messages
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone

from accounts.admin.base import needs
from accounts.admin.reads import note_reads_of
from accounts.admin.row_page import row_page
from accounts.models import StaffRead, User
from accounts.roles import CONTACT, LETTERS, TROUBLE
from accounts.way_back import with_list
from accounts.words import country_labels, language_name, price_in_words
from matching.admin.move_on import MOVE_ON
from matching.admin.propose import PROPOSE, not_own
from matching.models import HelpRequest
from matching.selectors.admin_waiting_list import obstacle_for_every_admin, obstacle_in_words
from matching.selectors.by_hand import by_hand_in_words
from matching.selectors.candidates import Candidate
from matching.selectors.deciding import search_anew
from matching.selectors.turns_of_requests import COMMUNITY, MENTEE, MENTOR, ORGANISERS, with_turns
from matching.services.look_for_mentors import look_for_mentors

# The words of every button that starts a search.
LOOK = "Look for mentors now"
TURNS = {
    COMMUNITY: "ours",
    MENTOR: "the mentor's",
    MENTEE: "the mentee's",
    ORGANISERS: "the cohort's organisers'",
}


def request_page(model_admin: admin.ModelAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """Show a help request with all that a decision needs, and look for mentors again. Not the reader's own."""
    needs(request, f"matching.view_{model_admin.opts.model_name}")
    rows = with_turns(HelpRequest.objects.select_related("mentee", "goal__kind", "session_kind", "cohort"))
    help_request = get_object_or_404(rows.filter(not_own(request)), pk=pk)
    if request.method == "POST":
        return _look(model_admin, request, help_request)
    return _page(model_admin, request, help_request)


def _look(model_admin: admin.ModelAdmin, request: HttpRequest, help_request: HelpRequest) -> HttpResponse:
    needs(request, "matching.find_mentors_helprequest")
    if request.POST.get("do") != "look":
        raise BadRequest("The page has no such button.")
    if look_for_mentors(help_request_ids=[help_request.pk], by=cast(User, request.user), now=timezone.now()):
        sentence = "Mentors are looked for now. Load the page again in a minute."
        model_admin.log_change(request, help_request, sentence)
        model_admin.message_user(request, sentence, messages.SUCCESS)
    else:
        model_admin.message_user(request, "It is not open any more, so nobody is looked for.", messages.WARNING)
    return redirect(request.get_full_path())


def _page(model_admin: admin.ModelAdmin, request: HttpRequest, help_request: HelpRequest) -> HttpResponse:
    may, now = request.user.has_perm, timezone.now()
    is_open = help_request.status == HelpRequest.Status.OPEN
    # The organisers of a cohort match its requests, on pages of their own.
    looks_for_mentors = is_open and help_request.cohort_id is None
    rows = help_request.matches.select_related("mentor__user", "by_hand__by").prefetch_related("clarifications")
    matches = list(rows.order_by("rank", "pk"))
    mentors = {match.mentor.user_id for match in matches if match.has_letters}
    if mentors and may(LETTERS):
        note_reads_of(request, {help_request.mentee_id, *mentors}, StaffRead.What.LETTERS)
    search = search_anew(help_request, private=may(TROUBLE), now=now) if looks_for_mentors else None
    propose = reverse(f"admin:matching_{model_admin.opts.model_name}_propose", args=[help_request.pk])
    context: dict[str, Any] = {
        "title": f"Request of {help_request.mentee}",
        "crumb": "Decide",
        "help_request": help_request,
        "is_open": is_open,
        "turn": TURNS.get(help_request.whose_turn),  # type: ignore[attr-defined]
        "wanted": _wanted(help_request),
        "obstacle": (obstacle_in_words if may(TROUBLE) else obstacle_for_every_admin)(help_request),
        # Admins write the reason of a proposal for each other, and not for the proposed mentor.
        "matches": [(one, by_hand_in_words(one) if one.mentor.user_id != request.user.pk else "") for one in matches],
        "may_move_on": may(MOVE_ON),
        "shows_letters": may(LETTERS),
        "search": search,
        "candidates": [(one, links_of(request, propose, one)) for one in search.candidates] if search else (),
        "propose": with_list(request, propose) if looks_for_mentors and may(PROPOSE) else "",
        "look": LOOK if looks_for_mentors and may("matching.find_mentors_helprequest") else "",
        "may_open_people": may("accounts.view_user"),
        "by_address": may(CONTACT),
        "now": now,
    }
    template = "admin/matching/helprequest/decide.html"
    return row_page(model_admin, request, help_request, template, context, among=not_own(request))


def links_of(request: HttpRequest, propose: str, candidate: Candidate) -> list[tuple[str, str]]:
    """Return the label and the address of each page that an admin can open for a mentor of the search.

    ``propose`` is the address of the page that proposes a mentor by hand.
    """
    mentor = candidate.mentor
    links = [("Open the mentor", reverse("admin:accounts_mentorprofile_change", args=[mentor.pk]))]
    if request.user.has_perm(PROPOSE):
        links.insert(0, ("Propose", with_list(request, f"{propose}?mentor={mentor.uuid}")))
    return links


def _wanted(help_request: HelpRequest) -> list[tuple[str, str]]:
    """Return the request in words: the name and the text of each part."""
    goal = help_request.goal
    target = ", ".join(
        filter(
            None,
            [
                goal.target_role,
                goal.target_field,
                goal.get_target_sector_display(),
                country_labels().get(str(goal.target_country)),
            ],
        )
    )
    price = price_in_words(help_request.max_rate) if help_request.max_rate else "any"
    in_cohort = [("Cohort", f"{help_request.cohort}. Its organisers match it, and no mentor is looked for.")]
    return [
        *(in_cohort if help_request.cohort else ()),
        ("Goal", f"{goal}. {target}"),
        ("Where they are", help_request.situation),
        ("What is missing", help_request.gap),
        ("What they ask for", help_request.ask),
        ("Why", help_request.why),
        ("Skills", ", ".join(help_request.needs)),
        ("Kind", f"{help_request.get_format_display()}, {help_request.session_kind}, {help_request.minutes} minutes"),
        ("Languages", ", ".join(map(language_name, help_request.languages)) or "any that the two share"),
        ("Paid mentors", f"yes, up to: {price}" if help_request.accepts_paid else "no"),
    ]
