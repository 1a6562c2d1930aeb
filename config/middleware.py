"""What happens to every page: a lock that is not had is told in words."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from config.api import BUSY, is_busy, problem_response, wants_problem


class BusyMiddleware:
    """Answers 503 where a lock was not had in time; API views do the same by their exception handler."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not is_busy(exception):
            return None
        if wants_problem(request):
            return problem_response(503, "busy", BUSY)
        return render(request, "busy.html", {"detail": BUSY}, status=503)
