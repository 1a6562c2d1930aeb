"""The page on which a mentee corrects an open request. It has the address of the request."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.exceptions import Refusal
from accounts.models import User
from matching.models import HelpRequest
from matching.pages.request_form import CorrectionForm, coach_of, help_while_writing
from matching.selectors.corrections import count_of_told
from matching.services.correct import correct_help_request


def is_about_a_correction(request: HttpRequest) -> bool:
    return "correct" in request.GET or "correcting" in request.POST


def correct(request: HttpRequest, help_request: HelpRequest, mentee: User) -> HttpResponse:
    """Let the mentee change an open request. The mentors who were asked or offered are told what changed."""
    form = CorrectionForm(request.POST or None, mentee=mentee, help_request=help_request)
    page = partial(_page, request, help_request=help_request)
    if (answer := help_while_writing(request, form, page, here=request.path)) is not None:
        return answer
    if request.method != "POST":
        return page(form)
    if not form.is_valid():
        return page(form, problem=_("Nothing is stored yet: correct what is marked below."), status=400)
    try:
        correct_help_request(help_request_id=help_request.pk, by=mentee, changes=form.checked, now=timezone.now())
    except Refusal as refusal:
        return page(form, problem=refusal.detail, status=409)
    messages.success(request, _("Your request is corrected. Suggestions follow within a minute."))
    return redirect(request.path)


def _page(
    request: HttpRequest,
    form: CorrectionForm,
    *,
    help_request: HelpRequest,
    status: int = 200,
    problem: str | None = None,
    preview: dict[str, Any] | None = None,
) -> HttpResponse:
    context = {
        "form": form,
        "help_request": help_request,
        "here": request.path,
        "coach": coach_of(form),
        "problem": problem,
        "preview": preview,
        "told": count_of_told(help_request),
    }
    return render(request, "matching/correct.html", context, status=status)
