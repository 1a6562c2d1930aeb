"""The page of a help request, from a mail or logged in: the mentee chooses among the proposed mentors."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.signed import Outcome, attempt
from matching.exceptions import HelpRequestNotOver, TooManyDrafts
from matching.links import choose_link
from matching.models import HelpRequest, Match
from matching.pages.buttons import NO_REASON, Buttons, DeclineForm, is_now, posted_uuid, press
from matching.pages.correct import correct, is_about_a_correction
from matching.pages.draft import write
from matching.pages.points import points_of
from matching.selectors import visibility
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
from matching.selectors.concreteness import concreteness_of
from matching.selectors.queue import obstacle_of
from matching.services.accept import accept_match
from matching.services.ask import TOO_SHORT, WHY_YOU_MAX, WHY_YOU_MIN, ask_mentor, problem_with_reason
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
# The other reasons are for mentors.
DECLINE_REASONS = [
    (Match.DeclineReason.OTHER_FITS_BETTER.value, _("Somebody else fits better")),
    (Match.DeclineReason.NO_TIME.value, _("I have no time at the moment")),
    (Match.DeclineReason.OTHER.value, _("Another reason")),
]


class MenteeDeclineForm(DeclineForm):
    reason = forms.ChoiceField(choices=DECLINE_REASONS, error_messages=NO_REASON)


class DismissForm(forms.Form):
    reason = forms.ChoiceField(choices=Match.DismissReason.choices, error_messages=NO_REASON)


class AskForm(forms.Form):
    why_you = forms.CharField(
        min_length=WHY_YOU_MIN,
        max_length=WHY_YOU_MAX,
        error_messages={
            "required": _("Say in a sentence or two why you ask this mentor."),
            "min_length": TOO_SHORT,
        },
    )


class ClarifyForm(forms.Form):
    answer = forms.CharField(
        max_length=2000, error_messages={"required": _("Answer in a sentence or two; the mentor decides with it.")}
    )


BUTTONS: Buttons = {
    "clarify": (ClarifyForm, clarify_match),
    "ask": (AskForm, ask_mentor),
    "dismiss": (DismissForm, dismiss_match),
    "withdraw": (forms.Form, withdraw_match),
    "accept": (forms.Form, accept_match),
    "decline": (MenteeDeclineForm, decline_match),
}


def choose(request: HttpRequest, uuid: str, mentee: User) -> HttpResponse:
    """Show proposed mentors and offers with reasons, and let the mentee ask, answer or dismiss.

    A draft is changed and submitted here, and an open request is corrected. A request that is over can be asked again.
    """
    help_request = get_object_or_404(visibility.help_requests_of(mentee), uuid=uuid)
    is_open = help_request.status == HelpRequest.Status.OPEN
    do = request.POST.get("do")
    if help_request.status == HelpRequest.Status.DRAFT:
        return write(request, mentee, help_request, here=request.path)
    if is_open and is_about_a_correction(request):
        return correct(request, help_request, mentee)
    if do == "why":
        return _coach_why(request, help_request, mentee)
    if do in ("submit", "save") or "correcting" in request.POST:
        # A second click, after the draft was submitted or the request was matched.
        return redirect(request.path)
    problem, status = None, 200
    if do == "again":
        try:
            return redirect(choose_link(_asked_again(help_request, mentee)))
        except TooManyDrafts as refusal:
            problem, status = refusal.detail, 409
    elif request.method == "POST":
        problem, status = _choose(request, help_request, mentee)
        if problem is None:
            return redirect(request.path)
        help_request = visibility.help_requests_of(mentee).get(pk=help_request.pk)
    return _page(request, help_request, mentee, problem=problem, status=status)


def _page(
    request: HttpRequest, help_request: HelpRequest, mentee: User, *, problem: str | None, status: int
) -> HttpResponse:
    is_open = help_request.status == HelpRequest.Status.OPEN
    newer = None if is_open else newer_request(help_request)
    choices = choices_of(help_request, mentee, now=timezone.now())
    on_page = {str(choice.match.uuid) for choice in choices}
    context = {
        "help_request": help_request,
        "here": request.path,
        "groups": [
            (GROUP_TITLES[name], [(choice, points_of(choice)) for choice in found])
            for name, found in in_groups(choices)
        ],
        "nobody_yet": not choices,
        "searching": help_request.mentors_due_at is not None,
        "missing": concreteness_of(help_request).missing if is_open else (),
        "decline_reasons": DECLINE_REASONS,
        "dismiss_reasons": Match.DismissReason.choices,
        "obstacle": obstacle_of(help_request),
        "newer": newer,
        "newer_link": choose_link(newer) if newer else "",
        "is_over": not is_open and not has_mentor(help_request),
        "days_to_answer": settings.RESPONSE_WINDOW.days,
        "problem": problem,
        # A problem with one mentor is shown at that mentor.
        "problem_at": request.POST.get("match") if request.POST.get("match") in on_page else "",
        "posted": request.POST,
    }
    return render(request, "matching/choose.html", context, status=status)


def _coach_why(request: HttpRequest, help_request: HelpRequest, mentee: User) -> HttpResponse:
    """Say what a reason for asking a mentor lacks, while somebody types it."""
    matches = visibility.matches_of_mentee(mentee).filter(help_request=help_request, status=Match.Status.PROPOSED)
    match = get_object_or_404(matches, uuid=posted_uuid(request, "match"))
    why_you = request.POST.get("why_you", "").strip()
    advice = problem_with_reason(match, why_you[:WHY_YOU_MAX]) if why_you else None
    return render(request, "matching/choose/why_advice.html", {"why_you": why_you, "advice": advice})


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
    match = get_object_or_404(help_request.matches, uuid=posted_uuid(request, "match"))
    return press(request, BUTTONS, request.POST.get("do", "ask"), match, mentee)
