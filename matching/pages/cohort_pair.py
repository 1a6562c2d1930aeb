"""The page of a pair of a cohort, from a mail or logged in: read about the other side, and say yes or no."""

from __future__ import annotations

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from accounts.models import User
from accounts.page_forms import SerializerForm, forms_of, problem_of
from accounts.pages.trouble import trouble_address
from accounts.signed import Outcome, attempt, unknown_button
from matching.links import mentorship_link
from matching.models import CohortPair, Match
from matching.pages.addresses import address_for
from matching.selectors.cohorts.pairs import PairCard, State, card_of, may_get_another, own_pairs, pairs_of_person
from matching.selectors.shown import Shown
from matching.serializers.cohort_pairs import NoSerializer
from matching.serializers.matches import REASONS_OF_MENTEES
from matching.services.cohorts.answer import say_no, say_yes
from mentorship.selectors.common_hours import CommonHours, common_hours


class NoForm(SerializerForm):
    """Each reason is a button, and so is a no without one."""

    serializer_class = NoSerializer

    reason = forms.CharField(required=False)


def cohort_pair(request: HttpRequest, uuid: str, person: User) -> HttpResponse:
    """Let one of the two of a pair read about the other side, and say yes or no."""
    pair = get_object_or_404(pairs_of_person(person), uuid=uuid)
    problem, status = None, 200
    if request.method == "POST":
        problem, status = _answer(request, pair, person)
        if problem is None:
            return redirect(request.path)
        pair = pairs_of_person(person).get(pk=pair.pk)
    card = card_of(pair, to=person)
    if card is None:
        raise Http404
    is_mentee = card.side == Match.Side.MENTEE
    context = {
        "card": card,
        "pair": pair,
        "other": card.other,
        "cohort": pair.help_request.cohort,
        "to_mentee": is_mentee,
        "may_get_another": card.state == State.OVER and may_get_another(card),
        "hours": _hours(card, person),
        "forms": forms_of({"no": NoForm}, request.POST, of=pair.uuid),
        "reasons_for_no": REASONS_OF_MENTEES if is_mentee else Match.DeclineReason.choices,
        "mentorship_link": _mentorship(request, pair, person),
        "trouble_link": trouble_address(request, "cohort_pair", pair.uuid, person) if card.other.name else "",
        "problem": problem,
        "posted": request.POST,
    }
    return render(request, "matching/cohort_pair.html", context, status=status)


def _answer(request: HttpRequest, pair: CohortPair, person: User) -> Outcome:
    side = pair.side_of(person)
    mine = own_pairs(person).filter(pk=pair.pk)
    if request.POST.get("do") == "yes":
        said = {"mentee_yes_at__isnull" if side == Match.Side.MENTEE else "mentor_yes_at__isnull": False}
        return attempt(say_yes, is_done=mine.filter(**said).exists, pair_id=pair.pk, by=person)
    if request.POST.get("do") != "no":
        return unknown_button()
    form = NoForm(request.POST)
    if not form.is_valid():
        return problem_of(form), 400
    is_done = mine.filter(status=CohortPair.Status.DECLINED, declined_by=side).exists
    return attempt(say_no, is_done=is_done, pair_id=pair.pk, by=person, **form.checked)


def _hours(card: PairCard, person: User) -> CommonHours | None:
    """Return hours in common, while there is something to decide and the reader knows the zone of the other side."""
    if not card.is_open or card.other.shown < Shown.PERSON:
        return None
    other = card.pair.mentor.user if card.side == Match.Side.MENTEE else card.pair.help_request.mentee
    return common_hours(person.profile, other.profile, now=timezone.now())


def _mentorship(request: HttpRequest, pair: CohortPair, person: User) -> str:
    row = pair.match.mentorship if pair.match else None
    return address_for(request, person, "mentorship", row.uuid, lambda: mentorship_link(row, person)) if row else ""
