"""The page of a handover, from a mail or logged in: the mentee chooses a successor, or waits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.page_forms import SerializerForm, forms_of, problem_of, text
from accounts.signed import DONE, Outcome, attempt, unknown_button
from matching.links import choose_link
from matching.models import Handover
from matching.pages.addresses import address_for
from matching.pages.buttons import posted_uuid
from matching.pages.mentorship import mentorship_page
from matching.selectors.handovers import Successor, back_on, ends_at, handovers_of, is_pause, successors_of
from matching.selectors.mentorships import request_of
from matching.serializers.handovers import HandOverSerializer, SearchSerializer
from matching.services.hand_over import hand_over
from matching.services.wait_for_mentor import wait_for_mentor
from mentorship.models import Mentorship
from mentorship.selectors.mentors import mentors_open_to
from mentorship.selectors.shown import mentorship_card


def _takes_notes() -> forms.BooleanField:
    return forms.BooleanField(
        label=gettext_lazy("The next mentor may read the shared notes of your sessions"), required=False
    )


class SearchForm(SerializerForm):
    serializer_class = SearchSerializer

    takes_notes = _takes_notes()


class AskForm(SerializerForm):
    serializer_class = HandOverSerializer

    mentor = forms.CharField(widget=forms.HiddenInput, required=False)
    why_you = text(
        HandOverSerializer, "why_you", help_text=gettext_lazy("A sentence or two that only fits this mentor.")
    )
    takes_notes = _takes_notes()


def handover(request: HttpRequest, uuid: str, mentee: User) -> HttpResponse:
    """Show who could go on with the mentee, with reasons, and let them ask one, search further, or wait."""
    # The last one of the mentorship: an earlier one led back to the mentor.
    row = get_object_or_404(handovers_of(mentee).filter(mentorship__uuid=uuid)[:1])
    problem, status = None, 200
    if request.method == "POST":
        problem, status = _act(request, row, mentee)
        row = handovers_of(mentee).get(pk=row.pk)
        if problem is None:
            return redirect(_list_of(request, row, mentee) or request.path)
    return render(
        request, "matching/handover.html", _context(request, row, mentee) | {"problem": problem}, status=status
    )


def _context(request: HttpRequest, row: Handover, mentee: User) -> dict[str, Any]:
    mentorship = row.mentorship
    card = mentorship_card(mentorship, to=mentee)
    is_open = row.closed_at is None and mentorship.status in Mentorship.RUNNING
    has_request = request_of(mentorship) is not None
    found = successors_of(row, now=timezone.now()) if is_open else []
    posted = request.POST if request.method == "POST" else None
    return {
        "handover": row,
        "mentorship": mentorship,
        "other": card.other,
        "goal": card.goal,
        "is_open": is_open,
        "is_pause": is_pause(row),
        "back_on": back_on(row),
        "ends_at": ends_at(row),
        "waits": row.choice == Handover.Choice.WAIT,
        "may_wait": is_open and back_on(row) is not None and row.choice == "" and not card.is_apart,
        "has_request": has_request,
        "successors": _with_forms(request, found),
        "forms": forms_of({"search": SearchForm}, posted, of=row.uuid),
        "problem_at": request.POST.get("mentor", "") if any(_is_posted(request, one) for one in found) else "",
        "list_link": _list_of(request, row, mentee),
        "mentorship_link": mentorship_page(request, mentorship, mentee),
    }


def _with_forms(request: HttpRequest, found: Sequence[Successor]) -> list[tuple[Successor, SerializerForm]]:
    rows = []
    for one in found:
        posted = request.POST if _is_posted(request, one) else None
        form = forms_of({"ask": AskForm}, posted, of=one.mentor.uuid)["ask"]
        form.initial = {"mentor": str(one.mentor.uuid)}
        rows.append((one, form))
    return rows


def _is_posted(request: HttpRequest, successor: Successor) -> bool:
    return request.POST.get("mentor") == str(successor.mentor.uuid)


def _list_of(request: HttpRequest, row: Handover, mentee: User) -> str:
    """Return the address of the request that is open again. Empty without one."""
    opened = row.help_request
    return address_for(request, mentee, "request", opened.uuid, lambda: choose_link(opened)) if opened else ""


def _act(request: HttpRequest, row: Handover, mentee: User) -> Outcome:
    this = {"handover_id": row.pk, "by": mentee}
    led_on = Handover.objects.filter(pk=row.pk, choice__in=Handover.LEADS_ON)
    match request.POST.get("do"):
        case "ask":
            form = AskForm(request.POST)
            if not form.is_valid():
                return problem_of(form), 400
            values = dict(form.checked)
            values.pop("mentor")
            mentor = mentors_open_to(mentee).filter(uuid=posted_uuid(request, "mentor")).first()
            if mentor is None:
                return (
                    DONE if led_on.exists() else (_("This mentor cannot be asked any more. Choose another one."), 409)
                )
            return attempt(hand_over, is_done=led_on.exists, mentor_id=mentor.pk, **this, **values)
        case "search":
            search = SearchForm(request.POST)
            if not search.is_valid():
                return problem_of(search), 400
            return attempt(hand_over, is_done=led_on.exists, **this, **search.checked)
        case "wait":
            waiting = Handover.objects.filter(pk=row.pk, choice=Handover.Choice.WAIT)
            return attempt(wait_for_mentor, is_done=waiting.exists, **this)
    return unknown_button()
