"""The answers to the published pairs of a cohort in the admin, and taking pairs back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import BadRequest
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from accounts.admin.base import needs
from accounts.admin.decide import decision_page
from accounts.admin.row_page import row_page
from accounts.models import User
from accounts.way_back import with_list
from matching.admin.cohorts.drafts import CHOOSE, RUN, chosen_in, draft_for
from matching.admin.cohorts.run import cohort_for, number_in
from matching.selectors.cohorts.answers import drafts_to_take_back, losses_of, pairs_of_round, states_of
from matching.selectors.cohorts.drafts import PAGE
from matching.services.cohorts.publish import unpublish_pairs
from mentorship.models import Cohort

SHOWN = {"": "all", "waits": "those that wait"}


def answers_page(model_admin: admin.ModelAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """Show what became of each round of a cohort, and the published pairs of one of them: the newest by default."""
    cohort = cohort_for(model_admin, request, pk)
    losses = losses_of(cohort)
    context: dict[str, Any] = {"title": "Answers", "cohort": cohort, "losses": losses}
    if losses:
        context |= _pairs_of_round(request, cohort, [number for number, _loss in losses])
    return row_page(model_admin, request, cohort, "admin/mentorship/cohort/answers.html", context)


def _pairs_of_round(request: HttpRequest, cohort: Cohort, rounds: Sequence[int]) -> dict[str, Any]:
    """Return the page of pairs that the address asks for. Raises BadRequest, Http404."""
    asked = {name: request.GET.get(name, "") for name in ("round", "shown", "p")}
    number = number_in(asked["round"]) if asked["round"] else rounds[0]
    if asked["shown"] not in SHOWN:
        raise BadRequest("The list has no such choice.")
    if number not in rounds:
        raise Http404
    by, now = cast(User, request.user), timezone.now()
    pairs = pairs_of_round(cohort, number, waiting=asked["shown"] == "waits")
    rows = Paginator(pairs, PAGE).get_page(number_in(asked["p"] or "1"))
    states = states_of(rows.object_list, by=by, now=now)
    may_act = by.has_perm(RUN)
    return {
        "round": number,
        "rows": rows,
        "pairs": states,
        "shown": asked["shown"],
        "choices": SHOWN.items(),
        "may_act": may_act,
        "to_take_back": list(drafts_to_take_back(cohort, number, by=by, now=now)) if may_act else [],
        "with_boxes": {state.pair.draft.number for state in states if state.mentee_key},
    }


def take_back_page(model_admin: admin.ModelAdmin, request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Ask before published pairs of a draft, all or those of the chosen mentees, are taken back."""
    cohort = cohort_for(model_admin, request, pk)
    needs(request, RUN)
    draft = draft_for(cohort, number)
    chosen = chosen_in(request, cohort)
    back = _address(request, cohort, draft.round)
    if "chosen" in request.GET and not chosen:
        model_admin.message_user(request, CHOOSE, messages.WARNING)
        return redirect(back)
    by = cast(User, request.user)

    def take_back(answers: Mapping[str, Any]) -> str:
        taken = unpublish_pairs(draft_id=draft.pk, mentees=chosen or None, by=by, now=timezone.now())
        return " ".join([f"Taken back: {taken.count}.", *taken.skipped])

    return decision_page(
        model_admin,
        request,
        cohort,
        forms.Form(request.POST if request.method == "POST" else None),
        take_back,
        title=f"Take pairs of draft {draft.number} back",
        verb="Take them back",
        facts=[("Mentees", ", ".join(chosen.values()) or "all whose pair waits for an answer")],
        notes=["Whoever was told gets one more mail. Mails that were not sent are not sent. Mentorships go on."],
        leads_to=back,
    )


def _address(request: HttpRequest, cohort: Cohort, number: int) -> str:
    """Return the address of the pairs of a round, as the reader left them."""
    left = {name: request.GET[name] for name in ("shown", "p") if request.GET.get(name)}
    address = reverse("admin:mentorship_cohort_answers", args=[cohort.pk], query={"round": number} | left)
    return with_list(request, address)
