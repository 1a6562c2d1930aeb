"""Errors that no view of DRF answers: problem+json for programs, and one page in words for people."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from config.api import CODES, TITLES, problem_response, wants_problem


def error_response(
    request: HttpRequest, status: int, detail: str, *, code: str = "", title: str = "", again: bool = False
) -> HttpResponse:
    """Return an error as a page, or as JSON under the paths of an API. ``again`` shows a link to the same page."""
    if wants_problem(request):
        return problem_response(status, code or CODES[status], detail)
    context = {"title": title or TITLES[status], "detail": detail, "again": again}
    return render(request, "error.html", context, status=status)
