"""Actions of lists: each row by the service of its action, with a reason if one is needed. The worker does many."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from accounts.admin.reasons import ReasonForm
from accounts.admin_lists.worked import in_background, is_for_worker, with_related
from accounts.exceptions import Refusal
from accounts.models import User
from accounts.row_actions import RowAction, register
from accounts.suggested_actions import Deed

NAMED_MAX = 50
# More outcomes of an action than these are counted, and not told one by one.
TOLD_MAX = 10
# The fields by which a list says which rows an action is about.
CHOICE = ("_selected_action", "select_across", "seen_rows")

AdminAction = Callable[[admin.ModelAdmin, HttpRequest, QuerySet[Any]], HttpResponse | None]


def on_rows(model: type[Model], *actions: RowAction) -> list[AdminAction]:
    """Register actions of the list of a model, and return them for ``actions`` of its admin class."""
    register(model, *actions)
    return [_as_admin_action(action) for action in actions]


def _as_admin_action(action: RowAction) -> AdminAction:
    @admin.action(description=action.label)
    def act(model_admin: admin.ModelAdmin, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        return act_on_rows(model_admin, request, queryset, action)

    act.__name__ = action.name
    return act


def act_on_rows(
    model_admin: admin.ModelAdmin, request: HttpRequest, queryset: QuerySet[Any], action: RowAction
) -> HttpResponse | None:
    """Do an action with each row. It first asks for a reason if it needs one, and leaves many rows to the worker."""
    by = cast(User, request.user)
    answers: Mapping[str, Any] = {}
    rows = action.narrow(with_related(model_admin, queryset), by)
    form = action.form or (partial(ReasonForm, reader=action.reader) if action.reader else None)
    if form is not None:
        asked = form(None)
        if any(field in request.POST for field in asked.fields):
            asked = form(request.POST)
        if not asked.is_valid():
            return _ask(model_admin, request, rows, action, asked)
        answers = asked.cleaned_data
    if is_for_worker(rows.count()):
        return in_background(model_admin, request, rows, action, answers)
    _act_on_each(model_admin, request, rows, action, Deed(by=by, now=timezone.now(), answers=answers))
    return None


def _ask(
    model_admin: admin.ModelAdmin, request: HttpRequest, rows: QuerySet[Any], action: RowAction, form: forms.Form
) -> HttpResponse:
    """Show the page that asks for a reason, and for a second click."""
    context = model_admin.admin_site.each_context(request) | {
        "title": f"{action.verb}?",
        "verb": action.verb,
        "lines": [action.in_words(row) for row in rows[:NAMED_MAX]],
        "more": max(rows.count() - NAMED_MAX, 0),
        "form": form,
        "action": request.POST["action"],
        # The rows as they were chosen, or the mark of all rows.
        "chosen": [(field, value) for field in CHOICE for value in request.POST.getlist(field)],
        "opts": model_admin.opts,
    }
    return render(request, "admin/give_reason.html", context)


def _act_on_each(
    model_admin: admin.ModelAdmin, request: HttpRequest, rows: QuerySet[Any], action: RowAction, deed: Deed
) -> None:
    """Call the service with each row, show the outcomes, and log the changes. For many rows their number is shown."""
    done = action.sentence(deed.answers)
    succeeded, refused = [], []
    for row in rows:
        try:
            action.act(row, deed)
        except Refusal as refusal:
            refused.append(f"{action.named(row)}: {refusal.detail}")
        else:
            succeeded.append(f"{action.named(row)} {done}.")
            model_admin.log_change(request, row, succeeded[-1])
    if succeeded:
        action.afterwards()
    if len(succeeded) > TOLD_MAX:
        succeeded = [f"Done for {len(succeeded)} rows. Each {done}."]
    if len(refused) > TOLD_MAX:
        refused = [*refused[:TOLD_MAX], f"Nothing was done with {len(refused) - TOLD_MAX} more rows."]
    for sentence in succeeded:
        model_admin.message_user(request, sentence, messages.SUCCESS)
    for sentence in refused:
        model_admin.message_user(request, sentence, messages.WARNING)
