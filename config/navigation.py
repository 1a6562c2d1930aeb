"""The links at the top of every page. Templates of the apps draw the list, and name no page of another app."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.core.exceptions import BadRequest, SuspiciousOperation
from django.http import HttpRequest
from django.http.multipartparser import MultiPartParserError
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from accounts.member_pages import way_back
from accounts.models import MentorProfile, User
from accounts.notifications.inbox import unread_count
from matching.selectors.my_turns import count_of_questions
from mentorship.selectors.cohorts import cohorts_read_by

# Pages that lead to the page that a visitor came for.
WAYS_IN = ("account_login", "account_signup")


@dataclass(frozen=True, slots=True)
class Link:
    """``count`` is a number beside the label, not shown if it is 0."""

    label: str
    url: str
    is_current: bool
    count: int = 0


def navigation(request: HttpRequest) -> dict[str, object]:
    """Return ``navigation``, the links for this reader, and ``home_url``. Nothing is read before they are drawn."""
    return {"navigation": SimpleLazyObject(lambda: _links(request)), "home_url": reverse("home")}


def _links(request: HttpRequest) -> list[Link]:
    user = getattr(request, "user", None)
    counts: dict[str, int] = {}
    query = ""
    if not isinstance(user, User):
        pages = list(zip((_("Log in"), _("Sign up")), WAYS_IN, strict=True))
        if page := _page_after_login(request):
            query = "?" + urlencode({"next": page}, safe="/")
    else:
        pages = [(_("Home"), "home")]
        if user.profile.is_mentee:
            pages.append((_("Goals"), "goals"))
        pages.append((_("Find a mentor"), "find-mentor"))
        if MentorProfile.objects.filter(user=user).exists():
            pages += [(_("Inbox"), "inbox"), (_("Requests for me"), "fitting-requests")]
            counts["inbox"] = count_of_questions(user)
        pages += [(_("Messages"), "messages"), (_("Profile"), "profile"), (_("Settings"), "settings")]
        counts["messages"] = unread_count(user)
        if user.is_staff:
            pages.append((_("Admin"), "admin:index"))
        pages.append((_("Log out"), "account_logout"))
    return [
        Link(label, (url := reverse(name)) + query, url == request.path, counts.get(name, 0)) for label, name in pages
    ]


def _page_after_login(request: HttpRequest) -> str:
    """Return the page that a visitor comes back to: a page for members that they read, or the one they came for."""
    shown = request.resolver_match
    if shown is not None and hasattr(shown.func, "is_for_members"):
        return request.path
    if shown is None or shown.view_name not in WAYS_IN:
        return ""
    try:
        return way_back(request, "")
    except (BadRequest, SuspiciousOperation, MultiPartParserError, LookupError):
        # The form or the address cannot be read. This is the page that says so.
        return ""


def beside_profile() -> list[Link]:
    """Return links to a member's things of other apps, for the page of their profile."""
    pages = [(_("Your goals"), "goals"), (_("Your practice"), "practice"), (_("You as a mentor"), "offer")]
    return [Link(label, reverse(name), False) for label, name in pages]


def beside_settings(member: User) -> list[Link]:
    """Return links to settings of other apps, and to the numbers that a member reads for their company."""
    pages = [(_("Your sessions in your calendar"), "calendar"), (_("Times from your calendar"), "profile-calendar")]
    if cohorts_read_by(member).exists():
        pages.append((_("Numbers for your company"), "company-numbers"))
    return [Link(label, reverse(name), False) for label, name in pages]


def beside_calendar() -> list[Link]:
    """Return links to pages of other apps about the calendar of a member."""
    return [Link(_("The other way round: your sessions in your calendar"), reverse("calendar"), False)]
