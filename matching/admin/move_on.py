"""The page where an admin moves a question or an offer that is stuck."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from django import forms
from django.contrib import admin, messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone

from accounts.admin.base import attempt, in_named_zone, needs
from accounts.admin.row_page import row_page
from accounts.models import User
from accounts.way_back import row_address
from matching.models import Match
from matching.services.move_on import EXTENSION_MAX, end_without_answer, give_more_time, remind_now

MOVE_ON = "matching.move_on_match"


class DaysForm(forms.Form):
    days = forms.TypedChoiceField(
        label="Days more",
        coerce=int,
        choices=[(day, f"{day} day{'' if day == 1 else 's'}") for day in range(1, EXTENSION_MAX + 1)],
        initial=3,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class StuckMove:
    """A button for matches in one of ``statuses``. ``says`` is what happens then, ``done`` what has happened.

    ``act`` is a service. It is called with the answers of ``form`` as well.
    """

    name: str
    label: str
    says: str
    done: str
    statuses: tuple[str, ...]
    act: Callable[..., Match]
    form: type[forms.Form] = forms.Form


STUCK_MOVES = {
    move.name: move
    for move in (
        StuckMove(
            name="remind",
            label="Remind now",
            says="The side whose turn it is gets the reminder now, at most once a day.",
            done="was reminded of by a mail",
            statuses=Match.WAITING,
            act=remind_now,
        ),
        StuckMove(
            name="more-time",
            label="Give more time",
            says="The deadline moves on, once. The side whose turn it is gets a reminder with the new day.",
            done="has more time",
            statuses=Match.WAITING,
            act=give_more_time,
            form=DaysForm,
        ),
        StuckMove(
            name="end",
            label="End it, and ask others",
            says="The question or the offer ends before its deadline, and other mentors are looked for. Both read in "
            "a mail that the organisers ended it. Nobody counts as silent.",
            done="has ended, and others are looked for; both get a mail",
            statuses=Match.WAITING,
            act=end_without_answer,
        ),
    )
}


def move_on_page(model_admin: admin.ModelAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """Show where a match of others stands, with the moves of its status, and make one of them."""
    needs(request, MOVE_ON)
    matches = Match.objects.select_related("help_request__mentee", "help_request__goal__kind", "mentor__user")
    own = Q(help_request__mentee=cast(User, request.user)) | Q(mentor__user=cast(User, request.user))
    match, status = get_object_or_404(matches.exclude(own), pk=pk), 200
    wrong: forms.Form | None = None
    if request.method == "POST":
        move = STUCK_MOVES.get(request.POST.get("do", ""))
        form = move.form(request.POST) if move else None
        if move is None or form is None:
            model_admin.message_user(request, "This page has no such button. Load it again.", messages.WARNING)
            status = 400
        elif not form.is_valid():
            wrong, status = form, 400
        elif _make(model_admin, request, match, move, form):
            return redirect(row_address(request, model_admin.opts, match.pk))
        else:
            status = 409
            match.refresh_from_db()
    context = {
        "title": "Move it on",
        "match": match,
        "moves": [
            (move, wrong if isinstance(wrong, move.form) else move.form())
            for move in STUCK_MOVES.values()
            if match.status in move.statuses
        ],
    }
    return row_page(
        model_admin, request, match, "admin/matching/match/move_on.html", context, among=~own, status=status
    )


def _make(model_admin: admin.ModelAdmin, request: HttpRequest, match: Match, move: StuckMove, form: forms.Form) -> bool:
    """Return whether the move was made. A refusal is shown."""

    def act() -> str:
        moved = move.act(match_id=match.pk, by=cast(User, request.user), now=timezone.now(), **form.cleaned_data)
        due = in_named_zone(moved.answer_due_at) if moved.answer_due_at else ""
        until = f", until {due}" if due else ""
        what = "offer" if match.offered_at else "question"
        return f"The {what} between {match.help_request.mentee} and {match.mentor} {move.done}{until}."

    return attempt(model_admin, request, match, act)
