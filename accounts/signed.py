"""Pages behind signed links in mails. Only a POST changes anything, so link scanners do no harm."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import pghistory
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.exceptions import Refusal, UnknownButton
from accounts.links import Purpose
from accounts.models import User
from accounts.rules_first import rules_first

Page = Callable[[HttpRequest, str, User], HttpResponse]
View = Callable[[HttpRequest, str], HttpResponse]
# The problem to show (None without one), and the HTTP status of the page.
Outcome = tuple[str | None, int]
DONE: Outcome = (None, 302)


def signed(purpose: Purpose, *, asks_rules: bool = True) -> Callable[[Page], View]:
    """Decorate the page of links that are signed for ``purpose``.

    New rules are asked about before it, unless ``asks_rules`` is False: on pages that everybody must reach at once.

    The page gets the thing's identifier and the person of the link. It shows dates in the person's zone, in their
    language. An invalid, expired or foreign link gets the 404 page.
    """

    def decorate(page: Page) -> View:
        @never_cache
        @require_http_methods(["GET", "HEAD", "POST"])
        @wraps(page)
        def view(request: HttpRequest, token: str) -> HttpResponse:
            found = purpose.read(token)
            if found is None:
                return link_is_over(request)
            thing, person = found
            # The person of a link acts, also while somebody else is logged in.
            pghistory.context(user=person.pk)
            with timezone.override(person.profile.zone), translation.override(person.profile.reads_in):
                if not asks_rules:
                    return page(request, thing, person)
                return rules_first(request, person, lambda: page(request, thing, person))

        return view

    return decorate


def is_logged_in(request: HttpRequest, person: User) -> bool:
    """Return whether ``person`` opened the page by their login, and not by the link of a mail.

    The link of a mail that is passed on, or quoted in an answer, opens its page for anybody. So a page shows and
    changes by a login only what the other side of a mentorship must not know.
    """
    return request.user.pk == person.pk


def unknown_button() -> Outcome:
    return str(UnknownButton()), 400


def link_is_over(request: HttpRequest) -> HttpResponse:
    """Return the 404 page of a link that does not work."""
    return render(request, "link_is_over.html", status=404)


def attempt(move: Callable[..., object], *, is_done: Callable[[], bool], **arguments: Any) -> Outcome:
    """Call ``move``. If it is refused and ``is_done()``, as after a second click, that counts as done."""
    try:
        move(now=timezone.now(), **arguments)
    except Refusal as refusal:
        return DONE if is_done() else (refusal.detail, 409)
    return DONE


def is_now(row: Model, status: str) -> bool:
    """Return whether the stored row is in ``status``. A row that was deleted meanwhile is in none."""
    return type(row)._default_manager.filter(pk=row.pk, status=status).exists()
