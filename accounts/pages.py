"""The page behind the last link of a mail: no more mails of this kind."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts.links import STOP_MAILS, STOP_MAILS_LIFE, read_token
from accounts.registry import Group
from accounts.services.choices import is_stopped, send_mails_again, stop_mails


# A mail program posts here for its reader (RFC 8058), and has no cookie; the signature says who it is for.
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def stop_mails_page(request: HttpRequest, token: str) -> HttpResponse:
    """Stop the mails of one group, or have them sent again. A GET changes nothing."""
    found = read_token(token, STOP_MAILS, life=STOP_MAILS_LIFE)
    group = next((group for group in Group if found and group.value == found[0]), None)
    if found is None or group is None:
        return render(request, "link_is_over.html", status=404)
    person = found[1]
    if request.method == "POST":
        change = send_mails_again if request.POST.get("do") == "send_again" else stop_mails
        change(user=person, group=group)
    is_on = not is_stopped(user=person, group=group)
    return render(request, "accounts/stop_mails.html", {"person": person, "group": group, "is_on": is_on})
