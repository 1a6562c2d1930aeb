"""Pages behind the links in mails that only time brings about. As with the others, a GET changes nothing."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.exceptions import Refusal
from accounts.models import MentorProfile, User
from accounts.services.mentors import resume_mentoring
from accounts.services.profiles import update_mentor
from matching import links
from matching.models import HelpRequest, Match
from matching.selectors import visibility
from matching.selectors.visibility import fitting_requests
from matching.services.help_requests import withdraw_help_request
from matching.services.offers import offer_help
from matching.services.renewals import renew_help_request


class OfferForm(forms.Form):
    match = forms.UUIDField()
    note = forms.CharField(
        min_length=20,
        max_length=2000,
        error_messages={
            "required": "Say in a sentence or two what you can help with.",
            "min_length": "Say a little more: a sentence or two on what you can help with.",
        },
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def still_looking(request: HttpRequest, token: str) -> HttpResponse:
    """A mentee says whether a request that is open for long still stands."""
    found = links.read_token(token, links.STILL_LOOKING)
    if found is None:
        return _link_is_over(request)
    uuid, mentee = found
    help_request = get_object_or_404(visibility.help_requests_of(mentee), uuid=uuid)
    problem, status = None, 200
    if request.method == "POST":
        try:
            problem = _say(request, help_request, mentee)
        except Refusal as refusal:
            problem, status = refusal.detail, 409
        if problem is None:
            return redirect(request.path)
        help_request.refresh_from_db()
        status = max(status, 400)
    context = {"help_request": help_request, "problem": problem, "choose_link": links.choose_link(help_request)}
    return render(request, "matching/still_looking.html", context, status=status)


def _say(request: HttpRequest, help_request: HelpRequest, mentee: User) -> str | None:
    """Do what the button says and return what is wrong with the form, if anything. Raises Refusal."""
    answers = {"yes": renew_help_request, "no": withdraw_help_request}
    answer = answers.get(request.POST.get("answer", ""))
    if answer is None:
        return "Choose an answer."
    answer(help_request_id=help_request.pk, by=mentee, now=timezone.now())
    return None


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def come_back(request: HttpRequest, token: str) -> HttpResponse:
    """A paused mentor comes back with one click."""
    found = links.read_token(token, links.COME_BACK)
    if found is None:
        return _link_is_over(request)
    uuid, person = found
    mentor = get_object_or_404(MentorProfile, uuid=uuid, user=person)
    problem, status = None, 200
    if request.method == "POST":
        try:
            resume_mentoring(mentor_id=mentor.pk, now=timezone.now())
        except Refusal as refusal:
            problem, status = refusal.detail, 409
        mentor.refresh_from_db()
        # A second click finds the mentor back already, as was wanted.
        if mentor.status == MentorProfile.Status.APPROVED:
            return redirect(request.path)
    return render(request, "matching/come_back.html", {"mentor": mentor, "problem": problem}, status=status)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def fitting(request: HttpRequest, token: str) -> HttpResponse:
    """A mentor reads the requests that fit, and offers help with one."""
    found = links.read_token(token, links.FITTING)
    if found is None:
        return _link_is_over(request)
    uuid, person = found
    mentor = get_object_or_404(MentorProfile, uuid=uuid, user=person)
    problem, status = None, 200
    if request.method == "POST":
        try:
            problem = _offer(request, mentor, person)
        except Refusal as refusal:
            problem, status = refusal.detail, 409
        if problem is None:
            return redirect(request.path)
        status = max(status, 400)
    offered = mentor.matches.filter(status=Match.Status.OFFERED).order_by("-offered_at", "-pk")
    context = {
        "mentor": mentor,
        "matches": fitting_requests(mentor),
        "offered": offered.select_related("help_request__goal__kind"),
        "problem": problem,
        "posted": request.POST,
    }
    return render(request, "matching/fitting.html", context, status=status)


def _offer(request: HttpRequest, mentor: MentorProfile, person: User) -> str | None:
    """Offer help, or stop the mails; return what is wrong with the form, if anything. Raises Refusal."""
    if request.POST.get("answer") == "stop":
        update_mentor(mentor=mentor, changes={"weekly_requests": False})
        return None
    form = OfferForm(request.POST)
    if not form.is_valid():
        return " ".join(str(message) for messages in form.errors.values() for message in messages)
    # Only what the page shows: other proposals are the mentees' private lists.
    shown = {match.uuid: match for match in fitting_requests(mentor)}
    match = shown.get(form.cleaned_data["match"])
    if match is None:
        return "This request is not waiting for an offer any more."
    offer_help(match_id=match.pk, by=person, note=form.cleaned_data["note"], now=timezone.now())
    return None


def _link_is_over(request: HttpRequest) -> HttpResponse:
    return render(request, "matching/link_is_over.html", status=404)
