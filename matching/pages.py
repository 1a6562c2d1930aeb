"""Pages behind the links in mails. A GET shows; only a POST changes anything, so link scanners do no harm."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.exceptions import Refusal
from accounts.models import User
from matching import links
from matching.models import HelpRequest, Match
from matching.selectors import visibility
from matching.selectors.queue import obstacle_of
from matching.services.answers import accept_match, ask_mentor, decline_match


class DeclineForm(forms.Form):
    reason = forms.ChoiceField(choices=Match.DeclineReason.choices)
    note = forms.CharField(max_length=1000, required=False, strip=True)


class AskForm(forms.Form):
    match = forms.UUIDField()
    why_you = forms.CharField(
        min_length=20,
        max_length=2000,
        error_messages={
            "required": "Say in a sentence or two why you ask this mentor.",
            "min_length": "Say a little more: a sentence or two that only fits this mentor.",
        },
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """A mentor reads one request and says yes or no."""
    found = links.read_token(token, links.ANSWER)
    if found is None:
        return _link_is_over(request)
    uuid, mentor = found
    match = get_object_or_404(visibility.matches_of_mentor(mentor), uuid=uuid)
    problem, status = None, 200
    if request.method == "POST":
        try:
            problem = _answer(request, match, mentor)
        except Refusal as refusal:
            problem, status = refusal.detail, 409
        if problem is None:
            return redirect(request.path)
        match = visibility.matches_of_mentor(mentor).get(pk=match.pk)
        status = max(status, 400)
    context = {"match": match, "problem": problem, "decline_reasons": Match.DeclineReason.choices}
    return render(request, "matching/answer.html", context, status=status)


def _answer(request: HttpRequest, match: Match, mentor: User) -> str | None:
    """Do what the button says and return what is wrong with the form, if anything. Raises Refusal."""
    if request.POST.get("answer") == "accept":
        accept_match(match_id=match.pk, by=mentor, now=timezone.now())
        return None
    form = DeclineForm(request.POST)
    if request.POST.get("answer") != "decline" or not form.is_valid():
        return "Choose an answer, and a reason if you decline."
    decline_match(match_id=match.pk, by=mentor, now=timezone.now(), **form.cleaned_data)
    return None


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: HttpRequest, token: str) -> HttpResponse:
    """A mentee reads who is proposed and why, and asks one."""
    found = links.read_token(token, links.CHOOSE)
    if found is None:
        return _link_is_over(request)
    uuid, mentee = found
    help_request = get_object_or_404(visibility.help_requests_of(mentee), uuid=uuid)
    problem, status = None, 200
    if request.method == "POST":
        try:
            problem = _ask(request, help_request, mentee)
        except Refusal as refusal:
            problem, status = refusal.detail, 409
        if problem is None:
            return redirect(request.path)
        status = max(status, 400)
    matches = visibility.matches_of_mentee(mentee).filter(help_request=help_request).order_by("rank", "pk")
    context = {
        "help_request": help_request,
        "matches": matches,
        "searching": help_request.mentors_due_at is not None,
        "obstacle": obstacle_of(help_request),
        "problem": problem,
        "posted": request.POST,
    }
    return render(request, "matching/choose.html", context, status=status)


def _ask(request: HttpRequest, help_request: HelpRequest, mentee: User) -> str | None:
    """Ask the chosen mentor and return what is wrong with the form, if anything. Raises Refusal."""
    form = AskForm(request.POST)
    if not form.is_valid():
        return " ".join(str(message) for messages in form.errors.values() for message in messages)
    match = get_object_or_404(help_request.matches, uuid=form.cleaned_data["match"])
    ask_mentor(match_id=match.pk, by=mentee, why_you=form.cleaned_data["why_you"], now=timezone.now())
    return None


def _link_is_over(request: HttpRequest) -> HttpResponse:
    return render(request, "matching/link_is_over.html", status=404)
