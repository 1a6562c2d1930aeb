"""Pages behind the links in mails that only time brings about. As with the others, a GET changes nothing."""

from __future__ import annotations

from functools import partial

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from accounts.models import MentorProfile, User
from accounts.services.mentors import pause_mentoring, resume_mentoring
from accounts.services.profiles import update_mentor
from matching import links
from matching.models import HelpRequest, Match
from matching.selectors import visibility
from matching.selectors.visibility import fitting_requests
from matching.services.help_requests import withdraw_help_request
from matching.services.offers import NOTE_MIN, offer_help
from matching.services.renewals import renew_help_request
from matching.signed import DONE, NO_DAY, Outcome, attempt, signed, what_is_wrong

GONE = "This request is not waiting for an offer any more."


class OfferForm(forms.Form):
    match = forms.UUIDField(error_messages={"required": GONE, "invalid": GONE})
    note = forms.CharField(
        min_length=NOTE_MIN,
        max_length=2000,
        error_messages={
            "required": "Say in a sentence or two what you can help with.",
            "min_length": "Say a little more: a sentence or two on what you can help with.",
        },
    )


class PauseForm(forms.Form):
    until_on = forms.DateField(required=False, error_messages={"invalid": NO_DAY})


@signed(links.STILL_LOOKING)
def still_looking(request: HttpRequest, uuid: str, mentee: User) -> HttpResponse:
    """A mentee says whether a request that is open for long still stands."""
    help_request = get_object_or_404(visibility.help_requests_of(mentee), uuid=uuid)
    problem, status = None, 200
    if request.method == "POST":
        problem, status = _say(request, help_request, mentee)
        if problem is None:
            return redirect(request.path)
        help_request.refresh_from_db()
    context = {"help_request": help_request, "problem": problem, "choose_link": links.choose_link(help_request)}
    return render(request, "matching/still_looking.html", context, status=status)


def _say(request: HttpRequest, help_request: HelpRequest, mentee: User) -> Outcome:
    """Do what the button says."""
    answers = {
        "yes": (renew_help_request, HelpRequest.Status.OPEN),
        "no": (withdraw_help_request, HelpRequest.Status.WITHDRAWN),
    }
    if request.POST.get("answer") not in answers:
        return "Choose an answer.", 400
    answer, wanted = answers[request.POST["answer"]]

    def is_done() -> bool:
        help_request.refresh_from_db(fields=["status"])
        return help_request.status == wanted

    return attempt(answer, is_done=is_done, help_request_id=help_request.pk, by=mentee)


@signed(links.COME_BACK)
def come_back(request: HttpRequest, uuid: str, person: User) -> HttpResponse:
    """A mentor pauses until a day or until they say so, and comes back with one click."""
    mentor = _mentor(uuid, person)
    problem, status = None, 200
    if request.method == "POST":
        problem, status = _pause(request, mentor) if request.POST.get("do") == "pause" else _resume(mentor)
        if problem is None:
            return redirect(request.path)
    context = {"mentor": mentor, "problem": problem, "posted": request.POST}
    return render(request, "matching/come_back.html", context, status=status)


def _pause(request: HttpRequest, mentor: MentorProfile) -> Outcome:
    form = PauseForm(request.POST)
    if not form.is_valid():
        return what_is_wrong(form), 400
    return attempt(
        pause_mentoring,
        is_done=lambda: _is_now(mentor, MentorProfile.Status.PAUSED),
        mentor_id=mentor.pk,
        cause=MentorProfile.PauseCause.OWN_WISH,
        until_on=form.cleaned_data["until_on"],
    )


def _resume(mentor: MentorProfile) -> Outcome:
    is_back = partial(_is_now, mentor, MentorProfile.Status.APPROVED)
    return attempt(resume_mentoring, is_done=is_back, mentor_id=mentor.pk)


def _is_now(mentor: MentorProfile, status: str) -> bool:
    mentor.refresh_from_db(fields=["status"])
    return mentor.status == status


@signed(links.FITTING)
def fitting(request: HttpRequest, uuid: str, person: User) -> HttpResponse:
    """A mentor reads the requests that fit, and offers help with one."""
    mentor = _mentor(uuid, person)
    problem, status = None, 200
    if request.method == "POST":
        problem, status = _offer(request, mentor, person)
        if problem is None:
            return redirect(request.path)
    offers = mentor.matches.filter(status=Match.Status.OFFERED)
    offered = offers.select_related("help_request__goal__kind", "mentor__user").order_by("-offered_at", "-pk")
    context = {
        "mentor": mentor,
        "matches": fitting_requests(mentor),
        "offered": [(match, links.answer_link(match)) for match in offered],
        "problem": problem,
        "posted": request.POST,
    }
    return render(request, "matching/fitting.html", context, status=status)


def _offer(request: HttpRequest, mentor: MentorProfile, person: User) -> Outcome:
    """Offer help, or stop the mails."""
    if request.POST.get("answer") == "stop":
        update_mentor(mentor=mentor, changes={"weekly_requests": False})
        return DONE
    form = OfferForm(request.POST)
    if not form.is_valid():
        return what_is_wrong(form), 400
    uuid, note = form.cleaned_data["match"], form.cleaned_data["note"]

    def is_done() -> bool:
        return mentor.matches.filter(uuid=uuid, status=Match.Status.OFFERED).exists()

    # Only what the page shows: other proposals are the mentees' private lists.
    shown = {match.uuid: match for match in fitting_requests(mentor)}
    if uuid not in shown:
        return DONE if is_done() else (GONE, 400)
    return attempt(offer_help, is_done=is_done, match_id=shown[uuid].pk, by=person, note=note)


def _mentor(uuid: str, person: User) -> MentorProfile:
    return get_object_or_404(MentorProfile.objects.select_related("user"), uuid=uuid, user=person)
