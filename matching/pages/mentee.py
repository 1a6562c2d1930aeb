"""Pages of a mentee, from a mail or logged in: the proposed mentors, a draft, and "still looking?"."""

from __future__ import annotations

from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from accounts.exceptions import Refusal
from accounts.models import User
from accounts.signed import DONE, Outcome, attempt
from matching.exceptions import HelpRequestNotOver, HelpRequestTooVague, TooManyDrafts
from matching.links import choose_link
from matching.models import HelpRequest, Match
from matching.pages.buttons import NO_REASON, Buttons, DeclineForm, is_now, posted_uuid, press
from matching.selectors import visibility
from matching.selectors.concreteness import concreteness_of
from matching.selectors.queue import obstacle_of
from matching.selectors.shown import mentor_card
from matching.services.accept import accept_match
from matching.services.ask import TOO_SHORT, WHY_YOU_MAX, WHY_YOU_MIN, ask_mentor
from matching.services.ask_again import ask_again
from matching.services.clarify import clarify_match
from matching.services.decline import decline_match
from matching.services.dismiss import dismiss_match
from matching.services.draft import update_draft
from matching.services.renew import renew_help_request
from matching.services.submit import submit_help_request
from matching.services.withdraw import withdraw_help_request, withdraw_match
from mentorship.models import Goal, Mentorship

# The other reasons are for mentors.
DECLINE_REASONS = [
    (Match.DeclineReason.OTHER_FITS_BETTER.value, "Somebody else fits better"),
    (Match.DeclineReason.NO_TIME.value, "I have no time at the moment"),
    (Match.DeclineReason.OTHER.value, "Another reason"),
]


def _text(label: str, max_length: int) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=max_length,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Say it in a sentence or two."},
    )


class MenteeDeclineForm(DeclineForm):
    reason = forms.ChoiceField(choices=DECLINE_REASONS, error_messages=NO_REASON)


class DismissForm(forms.Form):
    reason = forms.ChoiceField(choices=Match.DismissReason.choices, error_messages=NO_REASON)


class AskForm(forms.Form):
    why_you = forms.CharField(
        min_length=WHY_YOU_MIN,
        max_length=WHY_YOU_MAX,
        error_messages={
            "required": "Say in a sentence or two why you ask this mentor.",
            "min_length": TOO_SHORT,
        },
    )


class DraftForm(forms.Form):
    situation = _text("Your situation", 3000)
    gap = _text("What is missing", 2000)
    ask = _text("The ask", 2000)


class ClarifyForm(forms.Form):
    answer = forms.CharField(
        max_length=2000, error_messages={"required": "Answer in a sentence or two; the mentor decides with it."}
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

    A draft is changed and submitted here. A request that is over can be asked again here.
    """
    help_request = get_object_or_404(visibility.help_requests_of(mentee), uuid=uuid)
    if help_request.status == HelpRequest.Status.DRAFT:
        return _draft(request, help_request, mentee)
    problem, status = None, 200
    if request.method == "POST":
        if request.POST.get("do") in ("submit", "save"):
            # A second click, after the draft was submitted.
            return redirect(request.path)
        if request.POST.get("do") == "again":
            try:
                return redirect(choose_link(_asked_again(help_request, mentee)))
            except TooManyDrafts as refusal:
                problem, status = refusal.detail, 409
        else:
            problem, status = _choose(request, help_request, mentee)
        if problem is None:
            return redirect(request.path)
        help_request = visibility.help_requests_of(mentee).get(pk=help_request.pk)
    is_open = help_request.status == HelpRequest.Status.OPEN
    newer = None if is_open else _newer(help_request)
    context = {
        "help_request": help_request,
        "matches": [(match, mentor_card(match)) for match in _shown(help_request, mentee)],
        "searching": help_request.mentors_due_at is not None,
        "missing": concreteness_of(help_request).missing if is_open else (),
        "decline_reasons": DECLINE_REASONS,
        "dismiss_reasons": Match.DismissReason.choices,
        "obstacle": obstacle_of(help_request),
        "newer": newer,
        "newer_link": choose_link(newer) if newer else "",
        "is_over": not is_open and not _has_mentor(help_request),
        "problem": problem,
        "posted": request.POST,
    }
    return render(request, "matching/choose.html", context, status=status)


def _shown(help_request: HelpRequest, mentee: User) -> QuerySet[Match]:
    """Return the matches to show: no dismissed ones, and no proposals that ended without a question or an offer."""
    never_spoken = Q(asked_at__isnull=True, offered_at__isnull=True) & ~Q(status=Match.Status.PROPOSED)
    matches = visibility.matches_of_mentee(mentee).filter(help_request=help_request)
    return matches.exclude(never_spoken).exclude(status=Match.Status.DISMISSED).order_by("rank", "pk")


def _newer(help_request: HelpRequest) -> HelpRequest | None:
    """Return the mentee's later draft or open request for the same goal, if there is one."""
    going_on = HelpRequest.objects.filter(
        mentee=help_request.mentee_id,
        goal=help_request.goal_id,
        status__in=[HelpRequest.Status.DRAFT, HelpRequest.Status.OPEN],
        pk__gt=help_request.pk,
    )
    return going_on.select_related("mentee").order_by("-pk").first()


def _has_mentor(help_request: HelpRequest) -> bool:
    return help_request.matches.filter(mentorship__status__in=Mentorship.RUNNING).exists()


def _asked_again(help_request: HelpRequest, mentee: User) -> HelpRequest:
    """Return a draft that asks again, the same one after a second click. Raises TooManyDrafts at the limit."""
    draft = _newer(help_request)
    if draft is None and not _has_mentor(help_request) and help_request.goal.status == Goal.Status.ACTIVE:
        try:
            draft = ask_again(help_request_id=help_request.pk, by=mentee, now=timezone.now())
        except HelpRequestNotOver:
            draft = None
    return draft or help_request


def _draft(request: HttpRequest, draft: HelpRequest, mentee: User) -> HttpResponse:
    problem, status = None, 200
    form = DraftForm(request.POST or None, initial={name: getattr(draft, name) for name in DraftForm.base_fields})
    if request.method == "POST":
        if form.is_valid():
            problem, status = _save(draft, form, submit=request.POST.get("do") == "submit")
            if problem is None:
                return redirect(request.path)
        else:
            problem, status = "Something is missing below.", 400
        # It may be deleted by now.
        draft = get_object_or_404(visibility.help_requests_of(mentee), pk=draft.pk)
    context = {
        "help_request": draft,
        "form": form,
        "missing": concreteness_of(draft).missing,
        "problem": problem,
    }
    return render(request, "matching/draft.html", context, status=status)


def _save(draft: HelpRequest, form: DraftForm, *, submit: bool) -> Outcome:
    """Store the texts, and ``submit`` them. They stay stored if they cannot be submitted yet."""
    try:
        update_draft(help_request_id=draft.pk, changes=form.cleaned_data)
        if submit:
            submit_help_request(help_request_id=draft.pk, now=timezone.now())
    except HelpRequestTooVague:
        return (
            "A mentor could not yet tell what to do. Your words are kept; see below what to say, and submit again.",
            409,
        )
    except Refusal as refusal:
        return DONE if submit and is_now(draft, HelpRequest.Status.OPEN) else (refusal.detail, 409)
    return DONE


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


def still_looking(request: HttpRequest, uuid: str, mentee: User) -> HttpResponse:
    """Let a mentee say whether a request that has been open for long still stands."""
    help_request = get_object_or_404(visibility.help_requests_of(mentee), uuid=uuid)
    problem, status = None, 200
    if request.method == "POST":
        problem, status = _answer_still_looking(request, help_request, mentee)
        if problem is None:
            return redirect(request.path)
        help_request.refresh_from_db()
    context = {"help_request": help_request, "problem": problem, "choose_link": choose_link(help_request)}
    return render(request, "matching/still_looking.html", context, status=status)


def _answer_still_looking(request: HttpRequest, help_request: HelpRequest, mentee: User) -> Outcome:
    """Renew or withdraw the request, as the button says."""
    answers = {
        "yes": (renew_help_request, HelpRequest.Status.OPEN),
        "no": (withdraw_help_request, HelpRequest.Status.WITHDRAWN),
    }
    if request.POST.get("answer") not in answers:
        return "Choose an answer.", 400
    answer, wanted = answers[request.POST["answer"]]
    return attempt(answer, is_done=lambda: is_now(help_request, wanted), help_request_id=help_request.pk, by=mentee)
