"""New rules before a page: a member reads what changed, accepts it or does so later, and goes on to the page."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from accounts.differences import differences
from accounts.exceptions import RulesOutdated, UnknownButton
from accounts.models import CommunityRules, User
from accounts.selectors import current_rules, rules_before
from accounts.services.rules import accept_rules

# The names of the form's own fields. The fields of a page that was sent too early are kept beside them.
DO, VERSION, KEPT = "rules_do", "rules_version", "rules_kept"
ACCEPT, LATER = "accept", "later"
# Names the member and the version that they put off, for a day.
PUT_OFF = "rules_put_off"
PUT_OFF_SECONDS = 24 * 60 * 60


def rules_first(request: HttpRequest, member: User, page: Callable[[], HttpResponse]) -> HttpResponse:
    """Return ``page()``, unless ``member`` is asked to accept the rules: then that question, once a day.

    ``member`` was read by ``User.objects.of_requests``. A form that is refused while the rules are not accepted is kept
    in the question, and sent to the page with the answer.
    """
    if DO in request.POST:
        return _answered(request, member, page)
    asked = getattr(member, "rules_asked", None)
    if asked is None or request.headers.get("HX-Request"):
        return page()
    if request.method != "POST":
        return page() if _is_put_off(request, member) else show_rules(request, member)
    response = page()
    if response.status_code == 409 and not request.FILES and _is_required(member):
        return show_rules(request, member, keeps_form=True, status=409)
    return response


def _answered(request: HttpRequest, member: User, page: Callable[[], HttpResponse]) -> HttpResponse:
    do, is_kept = request.POST[DO], request.POST.get(KEPT) == "yes"
    if do not in (ACCEPT, LATER):
        raise UnknownButton
    if do == ACCEPT:
        try:
            accept_shown_rules(request, member)
        except RulesOutdated as refusal:
            return show_rules(request, member, keeps_form=is_kept, problem=refusal.detail, status=409)
    response = page() if is_kept else redirect(request.get_full_path())
    if do == LATER:
        put_off(response, member)
    return response


def accept_shown_rules(request: HttpRequest, member: User) -> None:
    """Accept the version that the form showed. Raises RulesOutdated if it is not in force any more."""
    shown = request.POST.get(VERSION, "")
    version = int(shown) if shown.isascii() and shown.isdigit() and len(shown) < 10 else 0
    accept_rules(user=member, version=version, now=timezone.now())


def show_rules(
    request: HttpRequest, member: User, *, keeps_form: bool = False, problem: str = "", status: int = 200
) -> HttpResponse:
    """Return the page with the rules in force, what changed, and two buttons."""
    rules = current_rules()
    before = rules_before(rules, user=member)
    own = (DO, VERSION, KEPT, "csrfmiddlewaretoken")
    typed = [(name, value) for name, values in request.POST.lists() if name not in own for value in values]
    context = {
        "rules": rules,
        "before": before,
        "changes": differences(before.text, rules.text) if before else [],
        "is_required": _is_required(member),
        "fields": typed if keeps_form else [],
        "keeps_form": keeps_form,
        "problem": problem,
    }
    return render(request, "accounts/rules_first.html", context, status=status)


def put_off(response: HttpResponse, member: User) -> None:
    """Let the pages of this browser ask ``member`` again in a day."""
    response.set_signed_cookie(
        PUT_OFF,
        f"{member.uuid}:{current_rules().version}",
        max_age=PUT_OFF_SECONDS,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )


def _is_required(member: User) -> bool:
    """Return whether moves of ``member`` wait for the acceptance. One query."""
    return CommunityRules.objects.required_of(member.pk, at=timezone.now()).exists()


def _is_put_off(request: HttpRequest, member: User) -> bool:
    asked = member.rules_asked  # type: ignore[attr-defined]
    return request.get_signed_cookie(PUT_OFF, default="") == f"{member.uuid}:{asked}"
