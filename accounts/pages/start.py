"""The guided start. It can be left and taken up at any time."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.first_steps import other_ways, steps_of
from accounts.models import User
from accounts.selectors import profile_in_full


def start(request: HttpRequest, member: User) -> HttpResponse:
    """Show the member's steps, those that are done, and the way to the first open one."""
    profile = profile_in_full(member)
    steps = [(row, row.step.url_and_back(request.path)) for row in steps_of(profile)]
    context = {
        "steps": steps,
        "done": sum(row.is_done for row, _url in steps),
        "next_step": next(((row.step, url) for row, url in steps if not row.is_done), None),
        "other_ways": [(step, step.url_and_back(request.path)) for step in other_ways(profile)],
    }
    return render(request, "accounts/start.html", context)
