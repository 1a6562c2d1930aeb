"""Pages behind the links in mails. A GET shows; only a POST changes anything, so link scanners do no harm."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from accounts.models import MentorProfile, User
from matching import links
from matching.models import HelpRequest, Match
from matching.selectors import visibility
from matching.selectors.concreteness import concreteness_of
from matching.selectors.queue import obstacle_of
from matching.services.answers import accept_match, decline_match
from matching.services.asking import WHY_YOU_MIN, ask_mentor, dismiss_match, withdraw_match
from matching.services.help_requests import withdraw_help_request
from matching.signed import Outcome, attempt, signed, what_is_wrong

NO_REASON = {"required": "Choose a reason.", "invalid_choice": "Choose a reason from the list."}


class DeclineForm(forms.Form):
    reason = forms.ChoiceField(choices=Match.DeclineReason.choices, error_messages=NO_REASON)
    note = forms.CharField(max_length=1000, required=False, strip=True)


class MentorDeclineForm(DeclineForm):
    pause = forms.BooleanField(required=False)
    pause_until_on = forms.DateField(
        required=False, error_messages={"invalid": "Write the day as year-month-day, such as 2027-03-01."}
    )

    def clean(self) -> dict[str, Any]:
        # Who gives a day wants the pause.
        data = self.cleaned_data
        return data | {"pause": data.get("pause") or bool(data.get("pause_until_on"))}


class DismissForm(forms.Form):
    reason = forms.ChoiceField(choices=Match.DismissReason.choices, error_messages=NO_REASON)


class AskForm(forms.Form):
    why_you = forms.CharField(
        min_length=WHY_YOU_MIN,
        max_length=2000,
        error_messages={
            "required": "Say in a sentence or two why you ask this mentor.",
            "min_length": "Say a little more: a sentence or two that only fits this mentor.",
        },
    )


# What a button does, with the form around it.
Moves = dict[str, tuple[type[forms.Form], Callable[..., object]]]
# Where a match stands after it.
WANTED = {
    "ask": Match.Status.ASKED,
    "accept": Match.Status.ACCEPTED,
    "decline": Match.Status.DECLINED,
    "withdraw": Match.Status.WITHDRAWN,
    "dismiss": Match.Status.DISMISSED,
}
MENTOR_MOVES: Moves = {
    "accept": (forms.Form, accept_match),
    "decline": (MentorDeclineForm, decline_match),
    "withdraw": (forms.Form, withdraw_match),
}
MENTEE_MOVES: Moves = {
    "ask": (AskForm, ask_mentor),
    "dismiss": (DismissForm, dismiss_match),
    "withdraw": (forms.Form, withdraw_match),
    "accept": (forms.Form, accept_match),
    "decline": (DeclineForm, decline_match),
}


@signed(links.ANSWER)
def answer(request: HttpRequest, uuid: str, mentor: User) -> HttpResponse:
    """A mentor reads one request and says yes or no, or takes an offer back."""
    match = get_object_or_404(visibility.matches_of_mentor(mentor), uuid=uuid)
    problem, status = None, 200
    if request.method == "POST":
        problem, status = _move(request, MENTOR_MOVES, request.POST.get("answer", ""), match, mentor)
        if problem is None:
            return redirect(request.path)
        match = visibility.matches_of_mentor(mentor).get(pk=match.pk)
    context = {
        "match": match,
        "problem": problem,
        "decline_reasons": Match.DeclineReason.choices,
        "mentor": MentorProfile.objects.get(user=mentor),
        "posted": request.POST,
    }
    return render(request, "matching/answer.html", context, status=status)


@signed(links.CHOOSE)
def choose(request: HttpRequest, uuid: str, mentee: User) -> HttpResponse:
    """A mentee reads who is proposed or offers help and why, and asks, answers, or says "not for me"."""
    help_request = get_object_or_404(visibility.help_requests_of(mentee), uuid=uuid)
    problem, status = None, 200
    if request.method == "POST":
        problem, status = _choose(request, help_request, mentee)
        if problem is None:
            return redirect(request.path)
        help_request = visibility.help_requests_of(mentee).get(pk=help_request.pk)
    shown = visibility.matches_of_mentee(mentee).exclude(status=Match.Status.DISMISSED)
    is_open = help_request.status == HelpRequest.Status.OPEN
    context = {
        "help_request": help_request,
        "matches": shown.filter(help_request=help_request).order_by("rank", "pk"),
        "searching": help_request.mentors_due_at is not None,
        "missing": concreteness_of(help_request).missing if is_open else (),
        "decline_reasons": Match.DeclineReason.choices,
        "dismiss_reasons": Match.DismissReason.choices,
        "obstacle": obstacle_of(help_request),
        "problem": problem,
        "posted": request.POST,
    }
    return render(request, "matching/choose.html", context, status=status)


def _choose(request: HttpRequest, help_request: HelpRequest, mentee: User) -> Outcome:
    if request.POST.get("do") == "stop":
        return attempt(
            withdraw_help_request,
            is_done=lambda: _is(help_request, HelpRequest.Status.WITHDRAWN),
            help_request_id=help_request.pk,
            by=mentee,
        )
    match = get_object_or_404(help_request.matches, uuid=_uuid(request.POST.get("match")))
    return _move(request, MENTEE_MOVES, request.POST.get("do", "ask"), match, mentee)


def _move(request: HttpRequest, moves: Moves, name: str, match: Match, by: User) -> Outcome:
    if name not in moves:
        return "Choose one of the answers.", 400
    form_class, move = moves[name]
    form = form_class(request.POST)
    if not form.is_valid():
        return what_is_wrong(form), 400
    return attempt(move, is_done=lambda: _is(match, WANTED[name]), match_id=match.pk, by=by, **form.cleaned_data)


def _is(thing: HelpRequest | Match, status: str) -> bool:
    """Whether that is where it stands now."""
    thing.refresh_from_db(fields=["status"])
    return thing.status == status


def _uuid(text: str | None) -> UUID:
    try:
        return UUID(text or "")
    except ValueError:
        raise Http404 from None
