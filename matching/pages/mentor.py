"""Pages of a mentor, from a mail or logged in: the inbox, an answer, and offers of help with requests that fit."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy

from accounts.models import MentorProfile, User
from accounts.selectors import mentor_profiles_of
from accounts.services.settings import is_stopped, stop_mails
from accounts.signed import DONE, NO_DAY, Outcome, attempt, form_problem
from matching.links import answer_link, mentorship_link, share_link
from matching.models import CLARIFICATIONS_MAX, Match
from matching.notification_kinds.weekly import WEEKLY
from matching.pages.addresses import address_for
from matching.pages.buttons import NO_REASON, Buttons, DeclineForm, press
from matching.selectors import visibility
from matching.selectors.fitting import FITTING_MAX, fitting_requests, waiting_offers
from matching.selectors.how_found import how_found
from matching.selectors.shown import MenteeCard, Shown, mentee_card
from matching.services.accept import accept_match
from matching.services.ask_back import QUESTION_MIN, ask_back
from matching.services.decline import decline_match
from matching.services.offer import NOTE_MAX, NOTE_MIN, NOTE_TOO_SHORT, offer_help_with
from matching.services.withdraw import withdraw_match
from mentorship.selectors.common_hours import CommonHours, common_hours

NOT_FOR_TIME = gettext_lazy(
    "“No time until” goes with the reason “no time at the moment”. Choose it, or leave the day out."
)
SETTLED_A_PAGE = 20
GONE = gettext_lazy("This request is not waiting for an offer any more.")


class MentorDeclineForm(DeclineForm):
    reason = forms.ChoiceField(choices=Match.DeclineReason.choices, error_messages=NO_REASON)
    pause = forms.BooleanField(required=False)
    pause_until_on = forms.DateField(required=False, error_messages={"invalid": NO_DAY})
    time_again_on = forms.DateField(required=False, error_messages={"invalid": NO_DAY})

    def clean(self) -> dict[str, Any]:
        # A date without the tick also means a pause.
        data = self.cleaned_data
        if data.get("time_again_on") and data.get("reason") not in (None, Match.DeclineReason.NO_TIME):
            self.add_error("time_again_on", NOT_FOR_TIME)
        return data | {"pause": data.get("pause") or bool(data.get("pause_until_on"))}


class OfferForm(forms.Form):
    help_request = forms.UUIDField(error_messages={"required": GONE, "invalid": GONE})
    note = forms.CharField(
        min_length=NOTE_MIN,
        max_length=NOTE_MAX,
        error_messages={"required": NOTE_TOO_SHORT, "min_length": NOTE_TOO_SHORT},
    )


class AskBackForm(forms.Form):
    question = forms.CharField(
        min_length=QUESTION_MIN,
        max_length=1000,
        error_messages={
            "required": gettext_lazy("Ask in a sentence what you need to know before you decide."),
            "min_length": gettext_lazy("Ask in a sentence what you need to know before you decide."),
        },
    )


BUTTONS: Buttons = {
    "ask_back": (AskBackForm, ask_back),
    "accept": (forms.Form, accept_match),
    "decline": (MentorDeclineForm, decline_match),
    "withdraw": (forms.Form, withdraw_match),
}


def inbox(request: HttpRequest, member: User) -> HttpResponse:
    """Show a mentor's questions and offers: those that wait, by deadline, then those that are settled."""
    mentor = mentor_profiles_of(member).first()
    if mentor is None:
        return render(request, "matching/not_a_mentor.html")
    rows = [(match, mentee_card(match)) for match in visibility.waiting_for_answer(member)]
    page = Paginator(visibility.settled_with(member), SETTLED_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "mentor": mentor,
        "asked": [row for row in rows if row[0].status == Match.Status.ASKED],
        "others": [row for row in rows if row[0].status != Match.Status.ASKED],
        "settled": [(match, mentee_card(match)) for match in page],
        "page": page,
    }
    return render(request, "matching/inbox.html", context)


def answer(request: HttpRequest, uuid: str, mentor: User) -> HttpResponse:
    """Let a mentor read one request and say yes or no, ask one thing first, or take an offer back."""
    match = get_object_or_404(visibility.matches_of_mentor(mentor), uuid=uuid)
    problem, status = None, 200
    if request.method == "POST":
        problem, status = press(request, BUTTONS, request.POST.get("answer", ""), match, mentor)
        if problem is None:
            return redirect(request.path)
        match = visibility.matches_of_mentor(mentor).get(pk=match.pk)
    card = mentee_card(match)
    context = {
        "match": match,
        "mentee": card,
        "hours": _hours(match, card, mentor),
        "mentorship_link": _mentorship(request, match, mentor),
        "problem": problem,
        "decline_reasons": Match.DeclineReason.choices,
        "may_ask_back": match.clarifications.count() < CLARIFICATIONS_MAX,
        "mentor": mentor_profiles_of(mentor).get(),
        "posted": request.POST,
    }
    return render(request, "matching/answer.html", context, status=status)


def _hours(match: Match, card: MenteeCard, mentor: User) -> CommonHours | None:
    """Return hours in common, while there is something to decide and the mentor may know the mentee's zone."""
    if match.status not in Match.QUESTIONS or card.shown < Shown.PERSON:
        return None
    return common_hours(mentor.profile, match.help_request.mentee.profile, now=timezone.now())


def _mentorship(request: HttpRequest, match: Match, mentor: User) -> str:
    row = match.mentorship
    return address_for(request, mentor, "mentorship", row.uuid, lambda: mentorship_link(row, mentor)) if row else ""


def requests_for_me(request: HttpRequest, member: User) -> HttpResponse:
    """Show the requests that fit to a member who is a mentor."""
    mentor = mentor_profiles_of(member).first()
    if mentor is None:
        return render(request, "matching/not_a_mentor.html")
    return fitting(request, str(mentor.uuid), member)


def fitting(request: HttpRequest, uuid: str, person: User) -> HttpResponse:
    """Let a mentor read the requests that fit, offer help with one, and see what limits how they are found."""
    mentor = get_object_or_404(mentor_profiles_of(person), uuid=uuid)
    problem, status = None, 200
    if request.method == "POST":
        problem, status = _offer(request, mentor, person)
        if problem is None:
            return redirect(request.path)
    now = timezone.now()
    context = {
        "mentor": mentor,
        "fitting": fitting_requests(mentor, now=now)[:FITTING_MAX],
        "found": how_found(mentor, now=now),
        "share_link": share_link(mentor),
        "gets_weekly_mail": not is_stopped(user=person, group=WEEKLY),
        "offered": [(match, _answer(request, match, person)) for match in waiting_offers(mentor)],
        "problem": problem,
        "posted": request.POST,
    }
    return render(request, "matching/fitting.html", context, status=status)


def _answer(request: HttpRequest, match: Match, person: User) -> str:
    return address_for(request, person, "inbox-match", match.uuid, lambda: answer_link(match))


def _offer(request: HttpRequest, mentor: MentorProfile, person: User) -> Outcome:
    """Offer help, or stop the mails."""
    if request.POST.get("answer") == "stop":
        stop_mails(user=person, group=WEEKLY)
        return DONE
    form = OfferForm(request.POST)
    if not form.is_valid():
        return form_problem(form), 400
    uuid, note = form.cleaned_data["help_request"], form.cleaned_data["note"]
    is_done = waiting_offers(mentor).filter(help_request__uuid=uuid).exists
    # Only requests that fit: others are private to their mentees.
    found = fitting_requests(mentor, now=timezone.now(), only=uuid)
    if not found:
        return DONE if is_done() else (str(GONE), 400)
    [fitting] = found
    return attempt(
        offer_help_with,
        is_done=is_done,
        help_request_id=fitting.help_request.pk,
        by=person,
        note=note,
    )
