"""What the pages behind links in mails share."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.exceptions import Refusal
from accounts.models import User
from matching import links

Page = Callable[[HttpRequest, str, User], HttpResponse]
# What stood in the way, if anything, and the status of the page that says it.
Outcome = tuple[str | None, int]
DONE: Outcome = (None, 302)
NO_DAY = "Write the day as year-month-day, such as 2027-03-01."


def signed(purpose: str) -> Callable[[Page], Callable[[HttpRequest, str], HttpResponse]]:
    """Make a page of links signed for ``purpose``: it gets the thing's identifier and the person of the link.

    Dates on it are in the person's zone. A link that is forged, too old or theirs no more is told to be over.
    """

    def decorate(page: Page) -> Callable[[HttpRequest, str], HttpResponse]:
        @never_cache
        @require_http_methods(["GET", "HEAD", "POST"])
        @wraps(page)
        def view(request: HttpRequest, token: str) -> HttpResponse:
            found = links.read_token(token, purpose)
            if found is None:
                return render(request, "link_is_over.html", status=404)
            thing, person = found
            with timezone.override(person.profile.zone):
                return page(request, thing, person)

        return view

    return decorate


def attempt(move: Callable[..., object], *, is_done: Callable[[], bool], **what: Any) -> Outcome:
    """Do ``move`` now. Who finds it done already, as after a second click, gets what they wanted."""
    try:
        move(now=timezone.now(), **what)
    except Refusal as refusal:
        return DONE if is_done() else (refusal.detail, 409)
    return DONE


def what_is_wrong(form: forms.Form) -> str:
    return " ".join(str(message) for messages in form.errors.values() for message in messages)
