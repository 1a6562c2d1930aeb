"""Pages of our own about one row of a list: the way back, and the rows before and after."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Model, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.admin_lists.neighbours import neighbours_of
from accounts.way_back import row_address


def row_page(
    model_admin: admin.ModelAdmin,
    request: HttpRequest,
    row: Model,
    template: str,
    context: dict[str, Any],
    *,
    among: Q | None = None,
    status: int = 200,
) -> HttpResponse:
    """Show a page about a row of the list of ``model_admin``. The template extends ``admin/row_page.html``.

    ``context`` has the title. ``crumb`` in it is the last step of the way, if that is not the title. ``among`` leaves
    out rows that have no such page for the reader.
    """
    shown = model_admin.admin_site.each_context(request) | {
        "opts": model_admin.opts,
        "row": row,
        "change": row_address(request, model_admin.opts, row.pk),
    }
    if "neighbours" not in context:
        shown["neighbours"] = neighbours_of(model_admin, request, row.pk, among=among)
    return render(request, template, shown | context, status=status)
