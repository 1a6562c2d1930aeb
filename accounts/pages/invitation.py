"""The page on which somebody whom an admin entered chooses a password, and accepts the rules."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.exceptions import InvitationOver, RulesOutdated
from accounts.forms import InvitationForm
from accounts.links import INVITATION, mark_of_address
from accounts.models import User
from accounts.selectors import has_come_in
from accounts.services.invitations import accept_invitation
from accounts.signed import link_is_over, signed


@signed(INVITATION, asks_rules=False)
def invitation(request: HttpRequest, thing: str, person: User) -> HttpResponse:
    # Links of older mails name the person.
    if thing not in (mark_of_address(person), str(person.uuid)) or has_come_in(person):
        return link_is_over(request)
    form = InvitationForm(request.POST if request.method == "POST" else None, person=person)
    if form.is_valid():
        try:
            accept_invitation(
                user_id=person.pk,
                password=form.cleaned_data["password1"],
                rules_version=form.cleaned_data["rules_version"],
                now=timezone.now(),
            )
        except InvitationOver:
            return link_is_over(request)
        except RulesOutdated as refusal:
            form.add_error("accept_rules", refusal.detail)
        else:
            messages.success(request, _("Your password is set. Log in with it."))
            return redirect("account_login")
    return render(request, "accounts/invitation.html", {"form": form, "person": person})
