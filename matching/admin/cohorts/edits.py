"""One mentee of a draft in the admin: reasons, what if, and edits, each with its cost before it is made."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import BadRequest
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone

from accounts.admin.base import attempt, needs
from accounts.admin.decide import decision_page
from accounts.exceptions import Refusal
from accounts.models import User
from accounts.models.decision import REASON_MAX
from accounts.way_back import with_list
from matching.admin.cohorts.drafts import RUN, draft_for, page_within
from matching.admin.cohorts.run import cohort_for, number_in
from matching.models import CohortDecision, CohortDraft
from matching.selectors.cohorts.answers import statuses_of
from matching.selectors.cohorts.choices import fixed_in, mentors_for, mentors_named, swaps_for
from matching.selectors.cohorts.drafts import mentor_of, newest_number, reasons_of_pair
from matching.selectors.cohorts.edits import EditCost, cost_of_edit, swap_of
from matching.selectors.cohorts.findings import names_of
from matching.selectors.cohorts.what_if import what_if_of
from matching.services.cohorts.drafts import drop_decision, edit_draft
from mentorship.models import Cohort, CohortMember

EDITS = {
    "pin": "Put these two together",
    "forbid": "Keep these two apart",
    "release": "Drop the decision on these two",
    "swap": "Swap the mentors of two mentees",
}
SEARCH_MAX = 100
# Mentees of a draft. With more, two assignments take seconds, so the page asks first.
WHAT_IF_AT_ONCE = 2_000
NOT_KEPT = "The fits of this draft are not kept any more, so nothing can be tried with it. Ask for a new draft."


class ReasonForm(forms.Form):
    reason = forms.CharField(
        required=False,
        max_length=REASON_MAX,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="For those who run the cohort with you. The two do not read it.",
    )


def pair_page(model_admin: admin.ModelAdmin, request: HttpRequest, pk: int, number: int, member: int) -> HttpResponse:
    """Show a mentee of a draft and their mentor: the reasons both ways, alternatives with their cost, and edits."""
    cohort = cohort_for(model_admin, request, pk)
    draft = draft_for(cohort, number)
    if draft.scores is None or member not in draft.scores.mentees:
        raise Http404
    words, mentor = request.GET.get("q", "").strip()[:SEARCH_MAX], mentor_of(draft, member)
    status = statuses_of(draft, [member]).get(member, "")
    fixed = fixed_in(draft)
    pinned = fixed.pinned.get(member)
    names = names_of([key for key in (member, mentor, pinned) if key is not None])
    context: dict[str, Any] = {
        "title": names.get(member, "Somebody who is gone"),
        "cohort": cohort,
        "draft": draft,
        "mentee": member,
        "mentor": mentor,
        "mentor_name": names.get(mentor, "Somebody who is gone") if mentor is not None else "",
        "is_pinned": [member, mentor] in draft.pins,
        "is_held": member in fixed.held,
        "pinned": pinned,
        "pinned_name": names.get(pinned, "Somebody who is gone") if pinned is not None else "",
        "forbidden": _forbidden(draft, member),
        "status": status,
        "words": words,
        "may_act": request.user.has_perm(RUN)
        and cohort.status == Cohort.Status.CLOSED
        and newest_number(cohort) == draft.number,
    }
    if mentor is not None:
        context["now"] = reasons_of_pair(draft, member, now=timezone.now())
        context["fit"] = draft.fits[draft.scores.mentees.index(member)] / 100
    try:
        context |= {"mentors": mentors_for(draft, member), "swaps": swaps_for(draft, member, fixed)}
        context["named"] = mentors_named(draft, member, words) if words else []
        if mentor is not None and member not in fixed.held:
            is_asked = "what_if" in request.GET or len(draft.scores.mentees) <= WHAT_IF_AT_ONCE
            context |= {"what_if": what_if_of(draft, member)} if is_asked else {"may_ask_what_if": True}
    except Refusal:
        context["not_kept"] = NOT_KEPT
    return page_within(model_admin, request, cohort, "pair", context)


def edit_page(model_admin: admin.ModelAdmin, request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Show what an edit costs, and make it."""
    cohort = cohort_for(model_admin, request, pk)
    needs(request, RUN)
    draft = draft_for(cohort, number)
    by = cast(User, request.user)
    do, mentee = request.GET.get("do", ""), _key(request, "mentee")
    if do not in EDITS:
        raise BadRequest("There is no such edit.")
    if draft.scores is None or mentee not in draft.scores.mentees:
        raise Http404
    back = _pair_address(request, cohort, number, mentee)
    try:
        pairs = swap_of(draft, mentee, _key(request, "other")) if do == "swap" else ((mentee, _key(request, "mentor")),)
        edit: dict[str, Any] = {"pin" if do == "swap" else do: pairs}
        cost = cost_of_edit(draft, now=timezone.now(), **edit)
    except Refusal as refusal:
        model_admin.message_user(request, refusal.detail, messages.WARNING)
        return redirect(back)
    made: list[CohortDraft] = []

    def change(answers: Mapping[str, Any]) -> str:
        made.append(edit_draft(draft_id=draft.pk, by=by, now=timezone.now(), reason=answers["reason"], **edit))
        return f"Draft {made[0].number}: {made[0].what}"

    response = decision_page(
        model_admin,
        request,
        cohort,
        ReasonForm(request.POST if request.method == "POST" else None),
        change,
        title=EDITS[do],
        verb="Do it",
        facts=_facts(cost),
        notes=_notes(cost),
        leads_to=back,
    )
    return redirect(_draft_address(request, cohort, made[0].number)) if made else response


def _key(request: HttpRequest, name: str) -> int:
    return number_in(request.GET.get(name, ""))


def decisions_page(model_admin: admin.ModelAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """List what was decided on pairs of a cohort, with the reasons, and drop one without a new draft."""
    cohort = cohort_for(model_admin, request, pk)
    if request.method == "POST":
        needs(request, RUN)
        decision = get_object_or_404(_decisions(cohort), pk=number_in(request.POST.get("decision", "")))
        attempt(model_admin, request, cohort, lambda: _drop(decision, cast(User, request.user)))
        return redirect(request.get_full_path())
    context = {
        "title": "Decisions",
        "cohort": cohort,
        "decisions": _decisions(cohort),
        "may_act": request.user.has_perm(RUN) and cohort.status != Cohort.Status.ARCHIVED,
    }
    return page_within(model_admin, request, cohort, "decisions", context)


def _decisions(cohort: Cohort) -> QuerySet[CohortDecision]:
    decisions = CohortDecision.objects.filter(mentee__cohort=cohort).select_related(
        "mentee__person", "mentor__person", "by"
    )
    return decisions.order_by("-decided_at", "-pk")


def _drop(decision: CohortDecision, by: User) -> str:
    drop_decision(mentee=decision.mentee_id, mentor=decision.mentor_id, by=by)
    return f"Dropped: {decision}. The next draft is made without it."


def _facts(cost: EditCost) -> list[tuple[str, object]]:
    before, after = cost.before, cost.after
    return [
        ("Pairs", _both(before.matched, after.matched)),
        ("All fits together", _both(*(f"{value.total / 100:.0f} points" for value in (before, after)))),
        ("The worst pair", _both(*(f"{value.worst / 100:.0f} points" for value in (before, after)))),
        ("In short", cost.sentence),
        ("Noted as", cost.what),
    ]


def _both(before: object, after: object) -> str:
    return f"{before}, as now" if before == after else f"{before} now, {after} then"


def _notes(cost: EditCost) -> list[str]:
    published = {mentee for mentee, _mentor in cost.standing.held}
    moved = [
        f"{one.mentee}: {one.before or 'nobody'} now, {one.after or 'nobody'} then"
        f"{', as published' if one.mentee_key in published else ''}."
        for one in cost.moved
    ]
    if more := cost.moved_count - len(moved):
        moved.append(f"And {more} more.")
    return [
        *moved,
        "It makes the next draft, and is kept when people are read anew. Nobody is told before you publish.",
    ]


def _forbidden(draft: CohortDraft, mentee: int) -> list[tuple[int, str]]:
    """Return the keys and names of the mentors who are kept from a mentee."""
    keys = [mentor for one, mentor in draft.bans if one == mentee]
    names = dict(CohortMember.objects.filter(pk__in=keys).values_list("pk", "person__name"))
    return [(key, names.get(key, "somebody who is gone")) for key in keys]


def _draft_address(request: HttpRequest, cohort: Cohort, number: int) -> str:
    return with_list(request, reverse("admin:mentorship_cohort_draft", args=[cohort.pk, number]))


def _pair_address(request: HttpRequest, cohort: Cohort, number: int, mentee: int) -> str:
    return with_list(request, reverse("admin:mentorship_cohort_pair", args=[cohort.pk, number, mentee]))
