"""Calendars: the page with one's private address, and the two files that programs read there."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import content_disposition_header, quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.exceptions import UnknownButton
from accounts.models import User
from accounts.sealed import CannotOpen, seal, unseal
from mentorship.links import CalendarLinks, calendar_links
from mentorship.models import CalendarAddress
from mentorship.selectors.calendars import busy_of, feed_of, person_with_address
from mentorship.services.calendar_address import make_calendar_address, revoke_calendar_address

# The new token waits here, encrypted, for the page that shows it once.
NEW_TOKEN = "new_calendar_token"  # noqa: S105 - a name, no password


def calendar(request: HttpRequest, member: User) -> HttpResponse:
    """Show whether a member has a private address, and let them make, replace or revoke it."""
    if request.method == "POST":
        match request.POST.get("do"):
            case "make":
                token = make_calendar_address(person=member, now=timezone.now())
                request.session[NEW_TOKEN] = seal(token)
            case "revoke":
                revoke_calendar_address(person=member)
                messages.success(request, _("The address does not work any more."))
            case _unknown:
                raise UnknownButton
        return redirect("calendar")
    context = {
        "address": CalendarAddress.objects.filter(person=member).first(),
        "links": _new_links(request) if request.method == "GET" else None,
    }
    return render(request, "mentorship/calendar.html", context)


def _new_links(request: HttpRequest) -> CalendarLinks | None:
    """Return the links of an address that was made just now, once."""
    try:
        return calendar_links(unseal(request.session.pop(NEW_TOKEN)))
    except (KeyError, CannotOpen):
        return None


@require_safe
def sessions_file(request: HttpRequest, token: str) -> HttpResponseBase:
    """Return the sessions of the person of the address, as a calendar."""
    return _file(request, token, feed_of, "sessions.ics")


@require_safe
def busy_file(request: HttpRequest, token: str) -> HttpResponseBase:
    """Return when the person of the address is booked, without any other fact."""
    return _file(request, token, busy_of, "busy.ics")


def _file(request: HttpRequest, token: str, text_of: Callable[..., str], name: str) -> HttpResponseBase:
    person = person_with_address(token)
    if person is None:
        raise Http404
    with translation.override(person.profile.reads_in):
        body = text_of(person, now=timezone.now()).encode()
    etag = quote_etag(hashlib.sha256(body).hexdigest())
    answer = HttpResponse(body, content_type="text/calendar;charset=utf-8", headers={"ETag": etag})
    answer["Content-Disposition"] = str(content_disposition_header(as_attachment=False, filename=name))
    patch_cache_control(answer, private=True, no_cache=True)
    return get_conditional_response(request, etag=etag, response=answer) or answer
