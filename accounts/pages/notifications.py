"""The page behind the link in each mail that stops mails of its group."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt

from accounts.exceptions import UnknownButton
from accounts.links import STOP_MAILS
from accounts.models import User
from accounts.notifications.registry import DIGEST, group_of
from accounts.services.settings import is_stopped, send_mails_again, stop_mails
from accounts.signed import link_is_over, signed


# Mail programs post here for their readers without a cookie (RFC 8058). The signature identifies the person.
@csrf_exempt
@signed(STOP_MAILS, asks_rules=False)
def stop_mails_page(request: HttpRequest, code: str, person: User) -> HttpResponse:
    """Stop the mails of one group, or have them sent again. A GET changes nothing."""
    group = group_of(code)
    if group is None or not (group.is_chosen or group is DIGEST):
        return link_is_over(request)
    if request.method == "POST":
        # Mail programs press no button.
        match request.POST.get("do", "stop"):
            case "stop":
                stop_mails(user=person, group=group)
            case "send_again":
                send_mails_again(user=person, group=group)
            case _:
                raise UnknownButton
    is_on = not is_stopped(user=person, group=group)
    return render(request, "accounts/stop_mails.html", {"person": person, "group": group, "is_on": is_on})
