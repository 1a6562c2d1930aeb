"""The page of a help request, from a mail or logged in: the mentee chooses among the proposed mentors."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.community_settings import value_of
from accounts.models import User
from accounts.page_forms import SerializerForm, choice, forms_of, text
from accounts.pages.trouble import trouble_address
from accounts.signed import Outcome, attempt, is_now, unknown_button
from matching.exceptions import HelpRequestNotOver, TooManyDrafts
from matching.links import choose_link
from matching.models import HelpRequest, Match
from matching.pages.addresses import address_for
from matching.pages.better import better_chances
from matching.pages.buttons import Buttons, form_classes, posted_uuid, press
from matching.pages.correct import correct, is_about_a_correction
from matching.pages.draft import write
from matching.pages.points import points_of
from matching.selectors import visibility
from matching.selectors.chances import BetterChance
from matching.selectors.choosing import (
    FOR_MENTEE,
    FOR_MENTOR,
    OVER,
    PROPOSED,
    RUNNING,
    choices_of,
    has_mentor,
    in_groups,
    newer_request,
)
from matching.selectors.cohorts.pairs import card_of_request
from matching.selectors.concreteness import concreteness_of
from matching.selectors.queue import obstacle_of
from matching.serializers.matches import (
    REASONS_OF_MENTEES,
    AskSerializer,
    ClarifySerializer,
    DeclineSerializer,
    DismissSerializer,
)
from matching.services.accept import accept_match
from matching.services.ask import WHY_YOU_MAX, ask_mentor, problem_with_reason
from matching.services.ask_again import ask_again
from matching.services.clarify import clarify_match
from matching.services.decline import decline_match
from matching.services.dismiss import dismiss_match
from matching.services.withdraw import withdraw_help_request, withdraw_match
from mentorship.models import Goal

GROUP_TITLES = {
    RUNNING: _("Your mentor"),
    FOR_MENTEE: _("Waiting for your answer"),
    FOR_MENTOR: _("Asked, waiting for an answer"),
    PROPOSED: _("Suggestions, best first"),
    OVER: _("Over"),
}
CHOOSE = ("", _("Choose a reason"))


class DeclineForm(SerializerForm):
    serializer_class = DeclineSerializer

    reason = choice([CHOOSE, *REASONS_OF_MENTEES], label=_("Reason"))
    note = text(DeclineSerializer, "note")


class DismissForm(SerializerForm):
    serializer_class = DismissSerializer

    reason = choice(
        [CHOOSE, *((code, capfirst(label)) for code, label in Match.DismissReason.choices)],
        label=_("Reason"),
        help_text=_("The mentor is not told; we look for somebody else."),
    )


class AskForm(SerializerForm):
    serializer_class = AskSerializer

    why_you = text(AskSerializer, "why_you", help_text=_("A sentence or two that only fits this mentor."))


class ClarifyForm(SerializerForm):
    serializer_class = ClarifySerializer

    answer = text(ClarifySerializer, "answer")


BUTTONS: Buttons = {
    "clarify": (ClarifyForm, clarify_match),
    "ask": (AskForm, ask_mentor),
    "dismiss": (DismissForm, dismiss_match),
    "withdraw": (None, withdraw_match),
    "accept": (None, accept_match),
    "decline": (DeclineForm, decline_match),
}


def choose(request: HttpRequest, uuid: str, mentee: User) -> HttpResponse:
    """Show proposed mentors and offers with reasons, and let the mentee ask, answer or dismiss.

    A draft is changed and submitted here, and an open request is corrected. A request that is over can be asked again.
    """
    help_request = get_object_or_404(visibility.help_requests_of(mentee), uuid=uuid)
    is_open = help_request.status == HelpRequest.Status.OPEN
    do = request.POST.get("do", "")
    if help_request.status == HelpRequest.Status.DRAFT:
        return write(request, mentee, help_request, here=request.path)
    if is_open and is_about_a_correction(request):
        return correct(request, help_request, mentee)
    if do == "why":
        advice = _advice(request, help_request, mentee)
        if request.htmx:  # type: ignore[attr-defined]
            return render(request, "matching/choose/why_advice.html", {"advice": advice})
        return _page(request, help_request, mentee, advice=advice)
    looks_for_mentors = is_open and help_request.cohort_id is None
    if looks_for_mentors and "chances" in request.GET and request.method != "POST":
        better = better_chances(help_request, here=request.path)
        if request.htmx:  # type: ignore[attr-defined]
            return render(request, "matching/chances.html", {"better": better, "obstacle": obstacle_of(help_request)})
        return _page(request, help_request, mentee, better=better)
    if do in ("submit", "save") or "correcting" in request.POST:
        # A second click, after the draft was submitted or the request was matched.
        return redirect(request.path)
    problem, status = None, 200
    if do == "again":
        try:
            return redirect(_address(request, _asked_again(help_request, mentee), mentee))
        except TooManyDrafts as refusal:
            problem, status = refusal.detail, 409
    elif request.method == "POST":
        problem, status = _choose(request, help_request, mentee)
        if problem is None:
            return redirect(request.path)
        help_request = visibility.help_requests_of(mentee).get(pk=help_request.pk)
    return _page(request, help_request, mentee, problem=problem, status=status)


def _page(
    request: HttpRequest,
    help_request: HelpRequest,
    mentee: User,
    *,
    problem: str | None = None,
    status: int = 200,
    advice: str = "",
    better: Sequence[tuple[BetterChance, str]] | None = None,
) -> HttpResponse:
    is_open = help_request.status == HelpRequest.Status.OPEN
    newer = None if is_open else newer_request(help_request)
    choices = choices_of(help_request, mentee, now=timezone.now())
    obstacle, searching = obstacle_of(help_request), help_request.mentors_due_at is not None
    is_waiting = searching and not choices and obstacle is None
    if is_waiting and request.method == "GET" and request.htmx:  # type: ignore[attr-defined]
        # No news: nothing on the page is swapped, and nothing is said again.
        return HttpResponse(status=204)
    posted_at = request.POST.get("match")
    on_page = {str(choice.match.uuid) for choice in choices}
    context = {
        "help_request": help_request,
        "here": request.path,
        "groups": [
            (
                GROUP_TITLES[name],
                [
                    (
                        choice,
                        points_of(choice),
                        _forms(request, choice.match),
                        trouble_address(request, "match", choice.match.uuid, mentee),
                    )
                    for choice in found
                ],
            )
            for name, found in in_groups(choices)
        ],
        "is_waiting": is_waiting,
        "looks_for_more": searching and bool(choices),
        "proposed": sum(choice.match.status == Match.Status.PROPOSED for choice in choices),
        "coach": concreteness_of(help_request) if is_open else None,
        "obstacle": obstacle,
        # Only a request that is open to all mentors has suggestions, others who fit less, and chances.
        "looks_for_mentors": is_open and help_request.cohort_id is None,
        "pair": card_of_request(help_request) if is_open and help_request.cohort_id is not None else None,
        "newer": newer,
        "newer_link": _address(request, newer, mentee) if newer else "",
        "is_over": not is_open and not has_mentor(help_request),
        "days_to_answer": value_of("response_days"),
        "problem": problem,
        # A problem with one mentor is shown at that mentor.
        "problem_at": posted_at if posted_at in on_page else "",
        "posted": request.POST,
        "advice": advice,
        "better": better,
    }
    return render(request, "matching/choose.html", context, status=status)


def _address(request: HttpRequest, help_request: HelpRequest, mentee: User) -> str:
    return address_for(request, mentee, "request", help_request.uuid, lambda: choose_link(help_request))


def _forms(request: HttpRequest, match: Match) -> dict[str, SerializerForm]:
    posted = request.POST if request.POST.get("match") == str(match.uuid) else None
    forms = forms_of(form_classes(BUTTONS), posted, of=match.uuid)
    if posted and posted.get("do") == "why":
        forms["ask"].initial = {"why_you": request.POST.get("why_you", "")}
    return forms


def _advice(request: HttpRequest, help_request: HelpRequest, mentee: User) -> str:
    """Return what a reason for asking a mentor lacks, or that it is good. Empty without words."""
    matches = visibility.matches_of_mentee(mentee).filter(help_request=help_request, status=Match.Status.PROPOSED)
    match = get_object_or_404(matches, uuid=posted_uuid(request, "match"))
    why_you = request.POST.get("why_you", "").strip()
    if not why_you:
        return ""
    return problem_with_reason(match, why_you[:WHY_YOU_MAX]) or gettext("Good: this could not go to just any mentor.")


def _asked_again(help_request: HelpRequest, mentee: User) -> HelpRequest:
    """Return a draft that asks again, the same one after a second click. Raises TooManyDrafts at the limit."""
    draft = newer_request(help_request)
    if draft is None and not has_mentor(help_request) and help_request.goal.status == Goal.Status.ACTIVE:
        try:
            draft = ask_again(help_request_id=help_request.pk, by=mentee, now=timezone.now())
        except HelpRequestNotOver:
            draft = None
    return draft or help_request


def _choose(request: HttpRequest, help_request: HelpRequest, mentee: User) -> Outcome:
    if request.POST.get("do") == "stop":
        return attempt(
            withdraw_help_request,
            is_done=lambda: is_now(help_request, HelpRequest.Status.WITHDRAWN),
            help_request_id=help_request.pk,
            by=mentee,
        )
    if request.POST.get("do", "ask") not in BUTTONS:
        return unknown_button()
    match = get_object_or_404(help_request.matches, uuid=posted_uuid(request, "match"))
    return press(request, BUTTONS, match, mentee)
