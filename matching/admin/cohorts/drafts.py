"""The drafts of a cohort in the admin: ask for one, read it, compare two, publish its pairs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import BadRequest
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone

from accounts.admin.base import attempt, needs
from accounts.admin.decide import decision_page
from accounts.admin.row_page import row_page
from accounts.exceptions import Refusal
from accounts.models import User
from accounts.way_back import with_list
from matching.admin.cohorts.run import cohort_for, number_in
from matching.models import CohortDraft
from matching.selectors.cohorts.answers import published_mentees, statuses_of
from matching.selectors.cohorts.compare import compare
from matching.selectors.cohorts.drafts import (
    PAGE,
    count_of_pairs,
    drafts_of,
    newest_number,
    pair_rows,
    scores_file,
    whole_drafts,
)
from matching.selectors.cohorts.findings import findings_of
from matching.selectors.cohorts.reading import round_of
from matching.selectors.cohorts.report import idle_rows, left_out_rows, report_in_sentences
from matching.services.cohorts.drafts import ask_for_draft
from matching.services.cohorts.publish import publish_pairs
from mentorship.models import Cohort, CohortMember

RUN = "mentorship.change_cohort"
# Seconds until a page about a draft in the making asks again.
REFRESH = 2
ORDERS = {"fit": "the lowest fit first", "name": "by name", "mentee": "as they joined"}
LEFT_OUT_SHOWN = 200
SKIPPED_SHOWN = 10
CHOOSE = "Choose at least one pair."
SEED_MAX = 2**31 - 1


class AskForm(forms.Form):
    policy = forms.ChoiceField(label="Best assignment", choices=Cohort.Policy.choices)
    both_sides = forms.BooleanField(
        label="Fits of both sides count", required=False, help_text="The fit of a pair is the harmonic mean of both."
    )
    seed = forms.IntegerField(
        min_value=0, max_value=SEED_MAX, initial=0, help_text="Another number draws anew between equals."
    )


def drafts_page(model_admin: admin.ModelAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """List the drafts of a cohort, and ask the worker for a new one."""
    cohort = cohort_for(model_admin, request, pk)
    by = cast(User, request.user)
    start = {"policy": cohort.policy, "both_sides": cohort.both_sides, "seed": 0}
    form, status = AskForm(initial=start), 200
    if request.method == "POST":
        needs(request, RUN)
        form, status = AskForm(request.POST), 400
        if form.is_valid():
            if attempt(model_admin, request, cohort, lambda: _ask(cohort, form.cleaned_data, by)):
                return redirect(request.get_full_path())
            status = 409
    drafts = list(drafts_of(cohort))
    values = CohortDraft.objects.filter(cohort=cohort).values_list(
        "number", "report__mentees", "report__matched", "report__total", "report__worst"
    )
    numbers = {number: row for number, *row in values}
    is_working = any(draft.is_working for draft in drafts)
    context = {
        "title": "Drafts",
        "cohort": cohort,
        "lines": [(draft, _values(numbers[draft.number])) for draft in drafts],
        "made": [draft for draft in drafts if draft.status == CohortDraft.Status.DONE],
        "form": form if cohort.status == Cohort.Status.CLOSED and by.has_perm(RUN) else None,
        "is_working": is_working,
        "round": round_of(cohort),
    }
    response = row_page(model_admin, request, cohort, "admin/mentorship/cohort/drafts.html", context, status=status)
    return _refreshed(response, is_working)


def draft_page(model_admin: admin.ModelAdmin, request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Show a draft: its report, its pairs, who is left out, and what can be done with it."""
    cohort = cohort_for(model_admin, request, pk)
    draft = draft_for(cohort, number)
    order, page = request.GET.get("o", "fit"), request.GET.get("p", "1")
    if order not in ORDERS or not (page.isascii() and page.isdigit() and len(page) < 7):
        raise BadRequest("The list has no such order or page.")
    context: dict[str, Any] = {
        "title": f"Draft {draft.number}",
        "cohort": cohort,
        "draft": draft,
        "findings": findings_of(draft),
        "may_act": request.user.has_perm(RUN) and cohort.status == Cohort.Status.CLOSED,
    }
    if draft.status == CohortDraft.Status.DONE:
        rows = Paginator(range(count_of_pairs(draft)), PAGE).get_page(page)
        start = rows.start_index() - 1 if rows.object_list else 0
        pairs = pair_rows(draft, start=start, order=cast(Any, order))
        statuses = statuses_of(draft, [pair.mentee_key for pair in pairs])
        newest = newest_number(cohort)
        context |= {
            "report": report_in_sentences(draft),
            "rows": rows,
            "lines": [(pair, statuses.get(pair.mentee_key, "")) for pair in pairs],
            "order": order,
            "orders": ORDERS.items(),
            "left_out": left_out_rows(draft, count=LEFT_OUT_SHOWN),
            "left_out_more": max(len(draft.report["left_out"]) - LEFT_OUT_SHOWN, 0),
            "idle": idle_rows(draft, count=LEFT_OUT_SHOWN),
            "newest": newest,
            "is_newest": newest == draft.number,
        }
    return _refreshed(page_within(model_admin, request, cohort, "draft", context), draft.is_working)


def compare_page(model_admin: admin.ModelAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """Show what differs between two drafts of a cohort."""
    cohort = cohort_for(model_admin, request, pk)
    one, other = (draft_for(cohort, number_in(request.GET.get(name, ""))) for name in ("one", "other"))
    try:
        compared = compare(one, other)
    except Refusal as refusal:
        model_admin.message_user(request, refusal.detail, messages.WARNING)
        return redirect(_address(request, cohort, "drafts"))
    context = {"title": f"Drafts {one.number} and {other.number}", "cohort": cohort, "compared": compared}
    return page_within(model_admin, request, cohort, "compare", context)


def publish_page(model_admin: admin.ModelAdmin, request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Ask before the pairs of a draft, all or those of the chosen mentees, are proposed to both sides."""
    cohort = cohort_for(model_admin, request, pk)
    needs(request, RUN)
    draft = draft_for(cohort, number)
    chosen = chosen_in(request, cohort)
    if "chosen" in request.GET and not chosen:
        model_admin.message_user(request, CHOOSE, messages.WARNING)
        return redirect(_address(request, cohort, "draft", number))
    by = cast(User, request.user)

    def publish(answers: Mapping[str, Any]) -> str:
        done = publish_pairs(draft_id=draft.pk, mentees=chosen or None, by=by, now=timezone.now())
        parts = [f"Published now: {done.count}."]
        if done.already:
            parts.append(f"Published before: {done.already}.")
        parts += done.skipped[:SKIPPED_SHOWN]
        if (more := len(done.skipped) - SKIPPED_SHOWN) > 0:
            parts.append(f"And {more} more were skipped.")
        return " ".join(parts)

    is_made = draft.status == CohortDraft.Status.DONE
    before = published_mentees(draft)
    new = len(set(chosen) - before) if chosen else count_of_pairs(draft) - len(before)
    left_out = not chosen and draft.report.get("left_out")
    return decision_page(
        model_admin,
        request,
        cohort,
        forms.Form(request.POST if request.method == "POST" else None) if is_made else None,
        publish,
        title=f"Publish draft {draft.number}",
        verb="Publish them",
        facts=[
            ("Pairs not published yet", str(new)),
            ("Mentees", ", ".join(chosen.values())),
            ("Published before", len(before)),
        ],
        notes=[
            "Both sides of each pair get a mail, and say yes or no. A mentorship starts when both said yes.",
            "If one says no, the next mentor who was kept for the mentee is proposed.",
            "Pairs that nobody has confirmed can be taken back for a day.",
            *(["Mentees whom this draft leaves out read that the next round is for them."] if left_out else []),
        ]
        if is_made
        else ["This draft is not made."],
        leads_to=_address(request, cohort, "answers" if request.method == "POST" else "draft", number),
    )


def audit_file(model_admin: admin.ModelAdmin, request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Return the audit file of a draft."""
    draft = draft_for(cohort_for(model_admin, request, pk), number)
    if not draft.audit:
        raise Http404
    return _file(HttpResponse(draft.audit, content_type="application/json"), "audit.json")


def scores_file_page(model_admin: admin.ModelAdmin, request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Return the file of scores that the audit file of a draft names, if they are kept."""
    cohort = cohort_for(model_admin, request, pk)
    try:
        lines = scores_file(draft_for(cohort, number))
    except Refusal as refusal:
        model_admin.message_user(request, refusal.detail, messages.WARNING)
        return redirect(_address(request, cohort, "draft", number))
    response = StreamingHttpResponse(lines, content_type="application/gzip")
    return cast(HttpResponse, _file(response, "scores.csv.gz"))


def page_within(
    model_admin: admin.ModelAdmin, request: HttpRequest, cohort: Cohort, name: str, context: dict[str, Any]
) -> HttpResponse:
    """Return a page about something within a cohort, which the cohorts beside it do not have."""
    return row_page(
        model_admin, request, cohort, f"admin/mentorship/cohort/{name}.html", context | {"neighbours": None}
    )


def draft_for(cohort: Cohort, number: int) -> CohortDraft:
    """Return a draft of a cohort by its number. Raises Http404."""
    return get_object_or_404(whole_drafts(Cohort.objects.filter(pk=cohort.pk)), number=number)


def _ask(cohort: Cohort, answers: Mapping[str, Any], by: User) -> str:
    draft = ask_for_draft(cohort_id=cohort.pk, by=by, now=timezone.now(), **answers)
    return f"Draft {draft.number} is being made."


def _values(row: list[Any]) -> dict[str, Any] | None:
    mentees, matched, total, worst = row
    if mentees is None:
        return None
    points = {"total": round(total / 100), "worst": None if worst is None else round(worst / 100)}
    return {"mentees": mentees, "matched": matched} | points


def chosen_in(request: HttpRequest, cohort: Cohort) -> dict[int, str]:
    """Return the names of the mentees in the address, by key. None means all.

    Raises BadRequest, and Http404 for somebody who is no mentee of this cohort.
    """
    keys = {number_in(key) for key in request.GET.getlist("mentee")}
    mentees = CohortMember.objects.filter(pk__in=keys, cohort=cohort, side=CohortMember.Side.MENTEE)
    found = dict(mentees.order_by("person__name", "pk").values_list("pk", "person__name"))
    if len(found) < len(keys):
        raise Http404
    return found


def _address(request: HttpRequest, cohort: Cohort, page: str, *rest: int) -> str:
    args = [cohort.pk, *rest] if page == "draft" else [cohort.pk]
    return with_list(request, reverse(f"admin:mentorship_cohort_{page}", args=args))


def _refreshed(response: HttpResponse, is_working: bool) -> HttpResponse:
    if is_working:
        # A header, as the page works without script, and shows no timer to programs that read it out.
        response["Refresh"] = str(REFRESH)
    return response


def _file(response: Any, name: str) -> Any:
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
