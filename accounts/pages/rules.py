"""The pages with the community rules: to read them, and to accept a new version."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts import rules_first
from accounts.exceptions import RulesOutdated
from accounts.links import RULES
from accounts.models import CommunityRules, User
from accounts.rules_first import DO, accept_shown_rules, put_off, show_rules
from accounts.selectors import current_rules
from accounts.signed import signed, unknown_button


@require_safe
def rules(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/rules.html", {"rules": current_rules()})


@signed(RULES, asks_rules=False)
def accept_signed(request: HttpRequest, uuid: str, person: User) -> HttpResponse:
    """Let the person of the link accept the rules."""
    if uuid != str(person.uuid):
        raise Http404
    return accept(request, person)


def accept(request: HttpRequest, person: User) -> HttpResponse:
    """Show what changed in the rules, and let a person accept them. Afterwards say when that was."""
    if request.method == "POST":
        match request.POST.get(DO):
            case rules_first.ACCEPT:
                try:
                    accept_shown_rules(request, person)
                except RulesOutdated as refusal:
                    return show_rules(request, person, problem=refusal.detail, status=409)
                return redirect(request.path)
            case rules_first.LATER:
                response = redirect("rules")
                put_off(response, person)
                return response
        problem, status = unknown_button()
        return show_rules(request, person, problem=problem or "", status=status)
    if CommunityRules.objects.asked_of(person.pk, at=timezone.now()).exists():
        return show_rules(request, person)
    in_force = current_rules()
    accepted = person.accepted_rules.filter(rules=in_force).first()
    return render(request, "accounts/rules_accepted.html", {"rules": in_force, "accepted": accepted})
