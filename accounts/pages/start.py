"""The guided start. It can be left and taken up at any time."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.first_steps import StepOf, other_ways, steps_of
from accounts.models import User
from accounts.selectors import profile_in_full


def start(request: HttpRequest, member: User) -> HttpResponse:
    """Show the member's steps, those that are done, and the way to the first open one.

    A member who comes back from a step that is done is led to the next one at once.
    """
    profile = profile_in_full(member)
    found = steps_of(profile)
    steps = [(row, row.step.url_and_back(_back_to(request.path, row))) for row in found]
    next_step = next(((row.step, url) for row, url in steps if not row.is_done), None)
    if next_step and request.GET.get("after") in {row.step.code for row in found if row.is_done}:
        return redirect(next_step[1])
    context = {
        "steps": steps,
        "done": sum(row.is_done for row in found),
        "next_step": next_step,
        "other_ways": [(step, step.url_and_back(request.path)) for step in other_ways(profile)],
    }
    return render(request, "accounts/start.html", context)


def _back_to(page: str, row: StepOf) -> str:
    return page if row.is_done else f"{page}?after={row.step.code}"
