"""The page on which a mentee says whether a request that has been open for long still stands."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from accounts.models import User
from accounts.signed import Outcome, attempt, is_now, unknown_button
from matching.links import choose_link
from matching.models import HelpRequest
from matching.pages.addresses import address_for
from matching.selectors import visibility
from matching.services.renew import renew_help_request
from matching.services.withdraw import withdraw_help_request


def still_looking(request: HttpRequest, uuid: str, mentee: User) -> HttpResponse:
    """Let a mentee say whether a request that has been open for long still stands."""
    help_request = get_object_or_404(visibility.help_requests_of(mentee), uuid=uuid)
    list_link = address_for(request, mentee, "request", help_request.uuid, lambda: choose_link(help_request))
    if help_request.cohort_id is not None:
        # It waits for the organisers of a cohort, and nobody is asked about it.
        return redirect(list_link)
    problem, status = None, 200
    if request.method == "POST":
        problem, status = _answer_still_looking(request, help_request, mentee)
        if problem is None:
            return redirect(request.path)
        help_request.refresh_from_db()
    context = {"help_request": help_request, "problem": problem, "list_link": list_link}
    return render(request, "matching/still_looking.html", context, status=status)


def _answer_still_looking(request: HttpRequest, help_request: HelpRequest, mentee: User) -> Outcome:
    """Renew or withdraw the request, as the button says."""
    answers = {
        "yes": (renew_help_request, HelpRequest.Status.OPEN),
        "no": (withdraw_help_request, HelpRequest.Status.WITHDRAWN),
    }
    if request.POST.get("do") not in answers:
        return unknown_button()
    answer, wanted = answers[request.POST["do"]]
    return attempt(answer, is_done=lambda: is_now(help_request, wanted), help_request_id=help_request.pk, by=mentee)
