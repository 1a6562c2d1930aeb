"""The home page of a member: what waits for them, what waits for others, and what runs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.selectors import erasure_of
from matching.links import request_page
from matching.selectors.my_turns import Kind, Turn, turns_of
from mentorship.selectors.cohorts import memberships_of


@dataclass(frozen=True, slots=True)
class Link:
    """The link of a row: its words, and the function that returns its address."""

    label: str | Promise
    address: Callable[[Turn], str]


def _route(name: str) -> Callable[[Turn], str]:
    return lambda turn: reverse(name)


def _thing(name: str) -> Callable[[Turn], str]:
    return lambda turn: reverse(name, args=[turn.uuid])


LINKS = {
    Kind.QUESTION_BACK: Link(_("Answer the question"), _thing("request")),
    Kind.OFFER: Link(_("Read the offer and answer"), _thing("request")),
    Kind.STILL_LOOKING: Link(_("Say whether you still look"), _thing("request-still-looking")),
    Kind.PROPOSALS: Link(_("See who fits, and ask one"), _thing("request")),
    Kind.DRAFT: Link(_("Go on with the draft"), _thing("request")),
    Kind.NO_GOAL: Link(_("State your goal"), _route("goal-new")),
    Kind.NO_REQUEST: Link(_("Write your request"), lambda turn: request_page(turn.uuid)),
    Kind.COHORT_REQUEST: Link(_("Write your request for it"), _thing("cohort")),
    Kind.COHORT: Link(_("See your request"), _thing("request")),
    Kind.QUESTION: Link(_("Read and answer"), _thing("inbox-match")),
    Kind.PAUSED_FOR_SILENCE: Link(_("Come back, or stay away"), _route("offer")),
    Kind.PAUSED_FOR_MISSES: Link(_("Come back, or stay away"), _route("offer")),
    Kind.ASKING_PAUSED: Link(_("Come back"), _route("asking")),
    Kind.HANDOVER: Link(_("See who could go on, and choose"), _thing("handover")),
    Kind.TAKE_ALONG: Link(_("Choose your records"), _thing("mentorship-practice")),
    Kind.PLANNED_END: Link(_("Say how it goes on"), _thing("mentorship")),
    Kind.OUTCOME_SCALE: Link(_("Say what success would be"), _thing("outcome")),
    Kind.OUTCOME: Link(_("Say how it ended"), _thing("outcome")),
    Kind.FIT_CHECK: Link(_("Say how it is going"), _thing("mentorship-going-on")),
    Kind.QUIET: Link(_("Plan a session, or say how it goes on"), _thing("mentorship-going-on")),
    Kind.ONGOING: Link(_("Answer"), _thing("mentorship-going-on")),
    Kind.COHORT_PAIR: Link(_("Read it and say yes or no"), _thing("cohort-pair")),
    Kind.SESSION_TIMES: Link(_("Choose a time"), _thing("session")),
    Kind.STEP_DUE: Link(_("Open the steps"), _thing("steps")),
    Kind.SESSION_ATTENDANCE: Link(_("Say how it was"), _thing("session")),
    Kind.PROFILE: Link(_("Complete your profile"), _route("start")),
    Kind.MENTOR_PROFILE: Link(_("Complete what you offer"), _route("start")),
    Kind.COHORT_PAIR_WAITS: Link(_("Read it again"), _thing("cohort-pair")),
    Kind.ASKED: Link(_("See your request"), _thing("request")),
    Kind.SEARCH: Link(_("See your request"), _thing("request")),
    Kind.ASKED_BACK: Link(_("Read it again"), _thing("inbox-match")),
    Kind.OFFERED: Link(_("Read your offer"), _thing("inbox-match")),
    Kind.SESSION_PROPOSED: Link(_("Open the session"), _thing("session")),
    Kind.ONGOING_PROPOSED: Link(_("See what you proposed"), _thing("mentorship-going-on")),
    Kind.NEXT_SESSION: Link(_("Open the session"), _thing("session")),
    Kind.APPLICATION: Link(_("See what you offer"), _route("offer")),
    Kind.MENTORSHIP: Link(_("Open the mentorship"), _thing("mentorship")),
    Kind.MENTORSHIP_PAUSED: Link(_("Open the mentorship"), _thing("mentorship")),
}


def home(request: HttpRequest, member: User) -> HttpResponse:
    """Show whose turn it is, with one link a row."""
    turns = turns_of(member, now=timezone.now())
    context = {
        "member": member,
        "has_cohorts": memberships_of(member).exists(),
        "erasure": erasure_of(member),
        "mine": [_row(turn) for turn in turns.mine],
        "others": [_row(turn) for turn in turns.others],
        "running": [_row(turn) for turn in turns.running],
    }
    return render(request, "matching/home.html", context)


def _row(turn: Turn) -> dict[str, object]:
    link = LINKS[turn.kind]
    return {"turn": turn, "label": link.label, "link": link.address(turn)}
