"""Middleware: errors of pages get a status and a sentence of their own, and no cache keeps an answer."""

from __future__ import annotations

from collections.abc import Callable

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext_lazy

from config.api import BUSY, is_busy, problem_response, wants_problem

UNREADABLE = gettext_lazy(
    "The request has half a character in it, or is nested too deeply. Correct it and send it again."
)


class ErrorsInWords:
    """Answer 503 if a lock timed out, and 400 if the text cannot be stored. DRF's views do this themselves."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, RecursionError | UnicodeEncodeError):
            return self._answer(request, 400, "bad_request", str(UNREADABLE))
        if isinstance(exception, BadRequest):
            return self._answer(request, 400, "bad_request", str(exception))
        if is_busy(exception):
            return self._answer(request, 503, "busy", str(BUSY))
        return None

    def _answer(self, request: HttpRequest, status: int, code: str, detail: str) -> HttpResponse:
        if wants_problem(request):
            return problem_response(status, code, detail)
        return render(request, "busy.html", {"detail": detail}, status=status)


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


class PrivateAnswers:
    """Forbid caches to keep an answer: nearly all of them are about somebody. Static files never come here."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        patch_cache_control(response, private=True, no_store=True)
        return response
