"""The devices on which a member is logged in."""

from __future__ import annotations

from allauth.usersessions.internal.flows.sessions import end_sessions
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.exceptions import UnknownButton
from accounts.models import User

# Parts of a browser's name for itself, most telling first: Edge also says Chrome, and Chrome also says Safari.
BROWSERS = {
    "Edg": "Edge",
    "OPR": "Opera",
    "SamsungBrowser": "Samsung Internet",
    "Firefox": "Firefox",
    "FxiOS": "Firefox",
    "Chrome": "Chrome",
    "CriOS": "Chrome",
    "Safari": "Safari",
}
SYSTEMS = {
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Windows": "Windows",
    "Mac OS": "Mac",
    "CrOS": "ChromeOS",
    "Linux": "Linux",
}

ALL_OTHERS = "others"


def devices(request: HttpRequest, member: User) -> HttpResponse:
    """Show where a member is logged in, and log out one device or all others."""
    if not UserSession.objects.filter(session_key=request.session.session_key).exists():
        # The session is older than the list of sessions.
        UserSession.objects.create_from_request(request)
    sessions = sorted(
        UserSession.objects.purge_and_list(member), key=lambda one: (one.created_at, one.pk), reverse=True
    )
    others = [session for session in sessions if not session.is_current()]
    if request.method == "POST":
        messages.success(request, _log_out(request, others))
        return redirect("usersessions_list")
    rows = [(session, in_words(session.user_agent)) for session in others]
    here = next((session for session in sessions if session.is_current()), None)
    context = {
        "here": here,
        "here_in_words": in_words(here.user_agent) if here else "",
        "others": rows,
    }
    return render(request, "accounts/devices.html", context)


def _log_out(request: HttpRequest, others: list[UserSession]) -> str:
    """Log out the chosen device, or all ``others``. Return a sentence that says so."""
    chosen = request.POST.get("device", "")
    if chosen == ALL_OTHERS:
        end_sessions(request, others)
        return _("All other devices are logged out.")
    if not chosen.isdecimal():
        raise UnknownButton
    ended = [session for session in others if str(session.pk) == chosen]
    end_sessions(request, ended)
    return _("The device is logged out.") if ended else _("That device was not logged in any more.")


def in_words(user_agent: str) -> str:
    """Return browser and system, as far as a browser tells them."""
    browser = next((name for part, name in BROWSERS.items() if f"{part}/" in user_agent), "")
    system = next((name for part, name in SYSTEMS.items() if part in user_agent), "")
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or system or _("An app, or an unknown browser")
