"""Actions of the admin that need a reason: a page asks for it, and for a second click."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.models.decision import REASON_MAX


class ReasonForm(forms.Form):
    """``reader`` is a sentence that says who reads the reason."""

    reason = forms.CharField(max_length=REASON_MAX, widget=forms.Textarea(attrs={"rows": 4, "cols": 80}))

    def __init__(self, *args: Any, reader: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["reason"].help_text = reader
        self.fields["reason"].error_messages["required"] = f"Give a reason in a sentence or two. {reader}"


def with_reason(
    model_admin: admin.ModelAdmin,
    request: HttpRequest,
    rows: QuerySet[Any],
    act: Callable[[str], None],
    *,
    verb: str,
    reader: str,
    name: Callable[[Any], str] = str,
) -> HttpResponse | None:
    """Call ``act`` with the posted reason. Without a valid one, return the page that asks for it.

    ``verb`` is the page's title and button. ``name`` returns the line of a row.
    """
    form = ReasonForm(request.POST if "reason" in request.POST else None, reader=reader)
    if form.is_valid():
        act(form.cleaned_data["reason"])
        return None
    context = model_admin.admin_site.each_context(request) | {
        "title": f"{verb}?",
        "verb": verb,
        "rows": [(row.pk, name(row)) for row in rows],
        "form": form,
        "action": request.POST["action"],
        "opts": model_admin.opts,
    }
    return render(request, "admin/give_reason.html", context)
