"""Pages of the admin with one decision about one row: facts, a form, and a button that calls a service."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Model, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from accounts.admin.base import attempt
from accounts.admin.row_page import row_page
from accounts.way_back import row_address


def decision_page(
    model_admin: admin.ModelAdmin,
    request: HttpRequest,
    row: Model,
    form: forms.Form | None,
    act: Callable[[Mapping[str, Any]], str],
    *,
    title: str,
    verb: str,
    facts: Sequence[tuple[str, object]] = (),
    notes: Sequence[str] = (),
    among: Q | None = None,
    leads_to: str = "",
) -> HttpResponse:
    """Call ``act`` with the answers of a valid form, log what it says was done, and lead to the page of the row.

    ``leads_to`` is the address of another page to lead to, and back.

    Else show the page: ``facts`` are names and texts, ``notes`` say what happens then, ``verb`` is on the button. It
    answers 400 to a form with faults, and 409 to a refusal of the service, which it shows. Without a form there is
    nothing to decide. ``among`` leaves out rows of the list that have no such page.
    """
    status = 200
    if request.method == "POST":
        status = 400
        if form and form.is_valid():
            answers = form.cleaned_data
            if attempt(model_admin, request, row, lambda: act(answers)):
                return redirect(leads_to or row_address(request, model_admin.opts, row.pk))
            status = 409
    context = {"title": title, "facts": facts, "notes": notes, "form": form, "verb": verb}
    if leads_to:
        # The page is about something within the row, which the rows beside it do not have.
        context |= {"back": leads_to, "neighbours": None}
    return row_page(model_admin, request, row, "admin/decide.html", context, among=among, status=status)
