"""The page on which a mentee corrects an open request. It has the address of the request."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.exceptions import Refusal, UnknownButton
from accounts.models import User
from matching.models import HelpRequest
from matching.pages.request_form import CorrectionForm, form_page, help_while_writing
from matching.selectors.corrections import count_of_told
from matching.services.correct import correct_help_request


def is_about_a_correction(request: HttpRequest) -> bool:
    return "correct" in request.GET or "correcting" in request.POST


def correct(request: HttpRequest, help_request: HelpRequest, mentee: User) -> HttpResponse:
    """Let the mentee change an open request. The mentors who were asked or offered are told what changed."""
    form = CorrectionForm(request.POST or None, mentee=mentee, help_request=help_request)
    template, told = "matching/correct.html", count_of_told(help_request)
    page = partial(form_page, request, template, here=request.path, help_request=help_request, told=told)
    if (answer := help_while_writing(request, form, page, here=request.path)) is not None:
        return answer
    if request.method != "POST":
        return page(form)
    if request.POST.get("do") != "submit":
        return page(form, problem=str(UnknownButton()), status=400)
    if not form.is_valid():
        return page(form, problem=_("Nothing is stored yet: correct what is marked below."), status=400)
    try:
        correction = correct_help_request(
            help_request_id=help_request.pk, by=mentee, changes=form.checked, now=timezone.now()
        )
    except Refusal as refusal:
        return page(form, problem=refusal.detail, status=409)
    if correction is None:
        messages.info(request, _("Nothing is changed, so nothing is stored and nobody is told."))
    elif help_request.cohort_id is not None:
        messages.success(request, _("Your request is corrected."))
    else:
        messages.success(request, _("Your request is corrected. Suggestions follow within a minute."))
    return redirect(request.path)
