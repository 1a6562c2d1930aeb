"""The admin's page of mentor deserts: open requests against the free places of mentors who could serve them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.contrib.admin import ModelAdmin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from accounts.admin.base import needs
from accounts.figures.store import keep_rows
from accounts.words import language_name
from matching.selectors.deserts import SHOWN_TO_ALL_FROM, Desert, deserts, for_filters

ROWS_MAX = 200


@dataclass(frozen=True, slots=True)
class Dimension:
    """A filter of the page: its name in the address, its label, its choices with their labels, and the chosen one."""

    name: str
    label: str
    choices: list[tuple[str, str]]
    chosen: str


def deserts_page(model_admin: ModelAdmin, request: HttpRequest) -> HttpResponse:
    """Show which combinations have fewer places than requests, the worst first.

    A reader who may not see requests reads nothing that stands for fewer than SHOWN_TO_ALL_FROM people.
    """
    needs(request, "accounts.view_figures")
    may_see_requests = request.user.has_perm("matching.view_helprequest")
    now = timezone.now()
    every = deserts(now=now)
    # The lists that the rows lead to are those of this count.
    keep_rows("deserts", for_filters(every), now=now)
    readable = [row for row in every.rows if may_see_requests or row.mentees >= SHOWN_TO_ALL_FROM]
    found = [row for row in readable if _is_wanted(row, request.GET)]
    context = {
        **model_admin.admin_site.each_context(request),
        "title": "Mentor deserts",
        "opts": model_admin.opts if may_see_requests else None,
        "dimensions": list(_dimensions(readable, request.GET)),
        "rows": found[:ROWS_MAX],
        "count": len(found),
        "requests": sum(row.requests for row in found),
        "missing": sum(row.missing for row in found),
        "hidden": len(every.rows) - len(readable),
        "shown_from": SHOWN_TO_ALL_FROM,
        "places": every.places,
        "may_see_requests": may_see_requests,
        "may_see_mentors": request.user.has_perm("accounts.view_mentorprofile"),
    }
    return render(request, "admin/matching/helprequest/deserts.html", context)


def _is_wanted(row: Desert, sent: Mapping[str, str]) -> bool:
    wish = row.wish
    return all(
        sent.get(name, "") in ("", *values)
        for name, values in (
            ("kind", (wish.kind,)),
            ("field", (wish.field,)),
            ("country", (wish.country or "any",)),
            ("language", wish.languages),
        )
    )


def _dimensions(rows: Iterable[Desert], sent: Mapping[str, str]) -> Iterable[Dimension]:
    """Yield the filters, with the choices that ``rows`` have."""
    choices: dict[str, dict[str, str]] = {"kind": {}, "field": {}, "country": {}, "language": {}}
    for row in rows:
        choices["kind"][row.wish.kind] = row.kind
        choices["field"][row.wish.field] = row.field
        choices["country"][row.wish.country or "any"] = row.country
        choices["language"] |= {code: language_name(code) for code in row.wish.languages}
    for name, label in (("kind", "Goal"), ("field", "Field"), ("country", "Country"), ("language", "Language")):
        sorted_choices = sorted(choices[name].items(), key=lambda choice: choice[1].casefold())
        yield Dimension(name, label, [(code, text) for code, text in sorted_choices if code], sent.get(name, ""))
