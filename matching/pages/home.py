"""The home page of a member: what waits for them, what waits for others, and what runs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from matching.links import request_page
from matching.selectors.whose_turn import Kind, Turn, turns_of


@dataclass(frozen=True, slots=True)
class Door:
    """The words of the link of a row, and its address."""

    label: str | Promise
    address: Callable[[Turn], str]


def _route(name: str) -> Callable[[Turn], str]:
    return lambda turn: reverse(name)


def _thing(name: str) -> Callable[[Turn], str]:
    return lambda turn: reverse(name, args=[turn.uuid])


DOORS = {
    Kind.QUESTION_BACK: Door(_("Answer the question"), _thing("request")),
    Kind.OFFER: Door(_("Read the offer and answer"), _thing("request")),
    Kind.STILL_LOOKING: Door(_("Say whether you still look"), _thing("request-still-looking")),
    Kind.PROPOSALS: Door(_("See who fits, and ask one"), _thing("request")),
    Kind.DRAFT: Door(_("Go on with the draft"), _thing("request")),
    Kind.NO_GOAL: Door(_("State your goal"), _route("goal-new")),
    Kind.NO_REQUEST: Door(_("Write your request"), lambda turn: request_page(turn.uuid)),
    Kind.QUESTION: Door(_("Read and answer"), _thing("inbox-match")),
    Kind.PAUSED_FOR_SILENCE: Door(_("Come back, or stay away"), _route("offer")),
    Kind.PLANNED_END: Door(_("Say how it goes on"), _thing("mentorship")),
    Kind.PROFILE: Door(_("Complete your profile"), _route("start")),
    Kind.MENTOR_PROFILE: Door(_("Complete what you offer"), _route("start")),
    Kind.ASKED: Door(_("See your request"), _thing("request")),
    Kind.SEARCH: Door(_("See your request"), _thing("request")),
    Kind.ASKED_BACK: Door(_("Read it again"), _thing("inbox-match")),
    Kind.OFFERED: Door(_("Read your offer"), _thing("inbox-match")),
    Kind.APPLICATION: Door(_("See what you offer"), _route("offer")),
    Kind.MENTORSHIP: Door(_("Open the mentorship"), _thing("mentorship")),
    Kind.MENTORSHIP_PAUSED: Door(_("Open the mentorship"), _thing("mentorship")),
}


def home(request: HttpRequest, member: User) -> HttpResponse:
    """Show whose turn it is, with one link a row."""
    turns = turns_of(member)
    context = {
        "member": member,
        "mine": [_row(turn) for turn in turns.mine],
        "others": [_row(turn) for turn in turns.others],
        "running": [_row(turn) for turn in turns.running],
    }
    return render(request, "matching/home.html", context)


def _row(turn: Turn) -> dict[str, object]:
    door = DOORS[turn.kind]
    return {"turn": turn, "label": door.label, "link": door.address(turn)}
