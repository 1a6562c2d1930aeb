"""Pages of a mentor, from a mail or logged in: the inbox, an answer, and offers of help with requests that fit."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy

from accounts.community_settings import value_of
from accounts.fields import UUID_TEXT
from accounts.models import MentorProfile, User
from accounts.page_forms import SerializerForm, day, forms_of, problem_of, text
from accounts.pages.trouble import trouble_address
from accounts.selectors import mentor_profiles_of
from accounts.services.settings import is_stopped, stop_mails
from accounts.signed import DONE, Outcome, attempt, unknown_button
from matching.links import answer_link, mentorship_link, share_link
from matching.models import Match
from matching.notification_kinds.weekly import WEEKLY
from matching.pages.addresses import address_for
from matching.pages.better import better_offers
from matching.pages.buttons import Buttons, form_classes, posted_number, press
from matching.selectors import visibility
from matching.selectors.corrections import Change, changes_for_any_mentor, changes_since
from matching.selectors.fitting import FITTING_MAX, FittingRequest, fitting_requests, waiting_offers
from matching.selectors.how_found import how_found
from matching.selectors.openings import can_have_openings
from matching.selectors.shown import MenteeCard, Shown, mentee_card
from matching.serializers.inbox import AskBackSerializer, InboxDeclineSerializer, OfferSerializer, ReadSerializer
from matching.services.accept import accept_match
from matching.services.ask_back import ask_back
from matching.services.decline import decline_match
from matching.services.offer import offer_help_with
from matching.services.withdraw import withdraw_match
from mentorship.selectors.common_hours import CommonHours, common_hours

SETTLED_A_PAGE = 20
GONE = gettext_lazy("This request is not waiting for an offer any more.")


class ReadForm(SerializerForm):
    """A yes to a request, with the correction that the page showed. A number that is none was not read."""

    serializer_class = ReadSerializer

    correction = forms.CharField(required=False, widget=forms.HiddenInput)

    def body(self) -> dict[str, Any]:
        return super().body() | {"correction": posted_number(self.data, "correction")}


class OfferForm(ReadForm):
    serializer_class = OfferSerializer

    note = text(
        OfferSerializer,
        "note",
        label=gettext_lazy("What can you help with?"),
        help_text=gettext_lazy("A sentence or two to the mentee."),
    )


class AskBackForm(SerializerForm):
    serializer_class = AskBackSerializer

    question = text(
        AskBackSerializer,
        "question",
        label=gettext_lazy("Your question"),
        help_text=gettext_lazy("The mentee gets it by mail; then you decide."),
    )


class DeclineForm(SerializerForm):
    """Each reason is a button."""

    serializer_class = InboxDeclineSerializer

    reason = forms.CharField(required=False)
    note = text(InboxDeclineSerializer, "note")
    time_again_on = day(
        label=gettext_lazy("No time until"),
        help_text=gettext_lazy("If that is the reason: from that day on the mentee may ask you again."),
    )
    pause = forms.BooleanField(label=gettext_lazy("Also pause me, so that nobody new asks"), required=False)
    pause_until_on = day(
        label=gettext_lazy("Until"), help_text=gettext_lazy("The day you are back. Empty: until you say so.")
    )

    def body(self) -> dict[str, Any]:
        # A box without a tick says nothing.
        return {name: value for name, value in super().body().items() if name != "pause" or value}


BUTTONS: Buttons = {
    "ask_back": (AskBackForm, ask_back),
    "accept": (ReadForm, accept_match),
    "decline": (DeclineForm, decline_match),
    "withdraw": (None, withdraw_match),
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
        problem, status = press(request, BUTTONS, match, mentor)
        if problem is None:
            return redirect(request.path)
        match = visibility.matches_of_mentor(mentor).get(pk=match.pk)
    card = mentee_card(match)
    says_yes = request.POST.get("do") == "accept"
    context = {
        "match": match,
        "mentee": card,
        "forms": forms_of(form_classes(BUTTONS), request.POST, of=match.uuid),
        "changes": changes_since(match, posted_number(request.POST, "correction")) if says_yes else [],
        "hours": _hours(match, card, mentor),
        "mentorship_link": _mentorship(request, match, mentor),
        "trouble_link": trouble_address(request, "match", match.uuid, mentor) if card.name else "",
        "waiting": Match.WAITING,
        "problem": problem,
        "decline_reasons": Match.DeclineReason.choices,
        "may_ask_back": match.clarifications.count() < value_of("clarifications_max"),
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
    asked = "more" in request.GET
    how = _how_found(mentor, now=now, with_openings=asked)
    if asked and request.htmx:  # type: ignore[attr-defined]
        return render(request, "matching/openings.html", how)
    context = how | {
        "mentor": mentor,
        "fitting": [_with_form(request, one) for one in fitting_requests(mentor, now=now)[:FITTING_MAX]],
        "share_link": share_link(mentor),
        "gets_weekly_mail": not is_stopped(user=person, group=WEEKLY),
        "offered": [(match, _answer(request, match, person)) for match in waiting_offers(mentor)],
        "problem": problem,
        "posted": request.POST,
    }
    return render(request, "matching/fitting.html", context, status=status)


def _how_found(mentor: MentorProfile, *, now: datetime, with_openings: bool) -> dict[str, Any]:
    """Return what limits a mentor and, ``with_openings``, the changes that would bring requests, with their pages."""
    found, can_have = how_found(mentor, now=now), can_have_openings(mentor)
    if not (with_openings and can_have):
        return {"found": found, "can_have_openings": can_have, "openings": None}
    left = [limit for limit in found.limits if not limit.is_counted]
    return {"found": found, "openings": better_offers(mentor), "left": left}


def _with_form(request: HttpRequest, fitting: FittingRequest) -> tuple[FittingRequest, SerializerForm, list[Change]]:
    """Return a fitting request with its form and, after an offer for an older text, what changed."""
    uuid = fitting.help_request.uuid
    posted = request.POST if request.POST.get("help_request") == str(uuid) else None
    form = forms_of({"offer": OfferForm}, posted, of=uuid)["offer"]
    read = posted_number(posted, "correction") if posted else fitting.correction
    return fitting, form, changes_for_any_mentor(fitting.help_request, read)


def _answer(request: HttpRequest, match: Match, person: User) -> str:
    return address_for(request, person, "inbox-match", match.uuid, lambda: answer_link(match))


def _offer(request: HttpRequest, mentor: MentorProfile, person: User) -> Outcome:
    """Offer help, or stop the mails."""
    if request.POST.get("do") == "stop":
        stop_mails(user=person, group=WEEKLY)
        return DONE
    if request.POST.get("do", "offer") != "offer":
        return unknown_button()
    form, name = OfferForm(request.POST), request.POST.get("help_request", "")
    if not form.is_valid():
        return problem_of(form), 400
    if not UUID_TEXT.fullmatch(name):
        return str(GONE), 400
    uuid = UUID(name)
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
        **form.checked,
    )
