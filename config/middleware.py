"""Middleware: errors of pages get a status and a sentence of their own, and no cache keeps an answer."""

from __future__ import annotations

import codecs
from collections.abc import Callable

import pghistory
from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext_lazy
from pghistory.middleware import HistoryMiddleware

from config.api import BUSY, is_busy, problem_response, wants_problem
from config.errors import error_response

UNREADABLE = gettext_lazy(
    "The request has half a character in it, or is nested too deeply. Correct it and send it again."
)
OTHER_CHARSET = gettext_lazy("This site reads texts in UTF-8. Send the request with charset=utf-8, or without one.")
# Python's name of each charset that is read. It knows others that are none, such as hex and zip.
CHARSETS = ("utf-8", "ascii", "iso8859-1")


class ErrorsInWords:
    """Answer 503 if a lock timed out, and 400 if the text cannot be read or stored. DRF's views do this themselves."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not _is_readable(request):
            return error_response(request, 400, str(OTHER_CHARSET))
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, RecursionError | UnicodeEncodeError):
            return error_response(request, 400, str(UNREADABLE))
        if isinstance(exception, BadRequest):
            return error_response(request, 400, str(exception))
        if is_busy(exception):
            return error_response(request, 503, str(BUSY), code="busy")
        return None


def _is_readable(request: HttpRequest) -> bool:
    """Return whether this site reads the charset that the request names, if it names one."""
    try:
        return codecs.lookup((request.content_params or {}).get("charset", "utf-8")).name in CHARSETS
    except (LookupError, ValueError):
        return False


class HttpsOnly:
    """Refuse plain HTTP, for sites whose proxy says how a request came (``HTTPS_ONLY``).

    A page is redirected. A request that may have carried a password or a token is refused: a redirect would hide that
    it was sent in the clear. The nginx of this project does the same before it. Checks of health come from inside.
    """

    PROGRAMS = ("/api/", "/_allauth/", "/scim/")
    DETAIL = gettext_lazy(
        "Use https. What was sent without it may have been read: change the password, renew the token."
    )

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not settings.HTTPS_ONLY or request.is_secure() or request.path == "/healthy/":
            return self.get_response(request)
        if request.path.startswith(self.PROGRAMS):
            return problem_response(403, "https_only", str(self.DETAIL))
        if request.method in ("GET", "HEAD"):
            # To the site itself: the host is whatever the request names.
            return HttpResponsePermanentRedirect(settings.SITE_URL + request.get_full_path())
        return HttpResponse(str(self.DETAIL), content_type="text/plain", status=403)


class Compressed(GZipMiddleware):
    """Compress pages, styles and scripts. Answers of the API are left as they are: some hold tokens."""

    TYPES = ("text/html", "text/css", "text/javascript", "application/javascript")

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        is_text = response.get("Content-Type", "").startswith(self.TYPES)
        return super().process_response(request, response) if is_text else response


class MembersLanguage:
    """Answer in the language of the member, and a visitor in the one that the browser asks for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        wanted = user.profile.reads_in if user.is_authenticated else translation.get_language_from_request(request)
        with translation.override(wanted):
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", wanted)
        return response


class AdminsZone:
    """Show and read all times of admin pages in the time zone of the admin. Each page names it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if not request.path.startswith(reverse("admin:index")) or not user.is_authenticated:
            return self.get_response(request)
        with timezone.override(user.profile.zone):
            return self.get_response(request)


class OnRecord(HistoryMiddleware):
    """Tell the record of changes who acts, and on which page. Addresses may hold secrets, so the page is a name."""

    def get_context(self, request: HttpRequest) -> dict[str, object]:
        return {"user": request.user.pk}

    def process_view(self, request: HttpRequest, *args: object) -> None:
        if request.resolver_match:
            pghistory.context(route=request.resolver_match.view_name)


class PrivateAnswers:
    """Forbid caches to keep an answer: nearly all of them are about somebody. Static files never come here."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        # A calendar has an ETag: its owner's program keeps a copy, and asks whether it has changed.
        is_calendar = response.has_header("ETag") and not wants_problem(request)
        store = {} if is_calendar else {"no_store": True}
        patch_cache_control(response, private=True, **store)
        return response
