"""Names of skills that come up while somebody types."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.models import User
from accounts.selectors import skills_named

SHOWN = 12


def find(request: HttpRequest, member: User) -> HttpResponse:
    """Return options with the words after the last comma in them. ``field`` names the field that has the words."""
    before, comma, words = request.GET.get(request.GET.get("field", ""), "").rpartition(",")
    found = skills_named(words, most=SHOWN)
    options = [(f"{before}{comma} {name}".strip() if comma else name, stands_for) for name, stands_for in found]
    return render(request, "accounts/skills_found.html", {"options": options})
