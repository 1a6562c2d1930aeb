"""The identity providers by which a member can log in: a list, with buttons to connect and to disconnect."""

from __future__ import annotations

from allauth.account.decorators import reauthentication_required
from allauth.socialaccount.internal.flows.connect import disconnect, validate_disconnect
from allauth.socialaccount.models import SocialAccount
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.exceptions import UnknownButton
from accounts.models import IdentityProvider, User
from accounts.pages.provider_login import lead_to_connect


@reauthentication_required
def connections(request: HttpRequest, member: User) -> HttpResponse:
    """Show the logins of a member by providers, connect one, or disconnect one."""
    mine = {str(account.pk): account for account in SocialAccount.objects.filter(user=member).order_by("pk")}
    if request.method == "POST":
        match request.POST.get("do"):
            case "connect":
                return lead_to_connect(request, request.POST.get("provider", ""))
            case "disconnect":
                account = mine.get(request.POST.get("connection", ""))
                if account is None:
                    raise Http404
                return _disconnect(request, account)
            case _:
                raise UnknownButton
    providers = {provider.slug: provider for provider in IdentityProvider.objects.order_by("name", "pk")}
    connected = {account.provider for account in mine.values()}
    context = {
        "rows": [(account, providers[account.provider]) for account in mine.values()],
        "others": [one for slug, one in providers.items() if one.off_at is None and slug not in connected],
    }
    return render(request, "accounts/connections.html", context)


def _disconnect(request: HttpRequest, account: SocialAccount) -> HttpResponse:
    """Disconnect a login, unless the member could not log in any more."""
    try:
        validate_disconnect(request, account)
    except ValidationError as refusal:
        messages.warning(request, " ".join(refusal.messages))
    else:
        disconnect(request, account)
    return redirect("socialaccount_connections")
