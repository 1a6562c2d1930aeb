"""The page behind the link that a mentor shares: the mentor, and the visitor's requests to ask them for."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from accounts.exceptions import Refusal
from accounts.models import User
from matching.links import choose_link
from matching.models import HelpRequest
from matching.pages.buttons import posted_uuid
from matching.selectors import visibility
from matching.selectors.shown import suggested_card
from matching.services.name_mentor import name_mentor
from mentorship.selectors.mentors import mentors_open_to


def named(request: HttpRequest, uuid: UUID, member: User) -> HttpResponse:
    """Show a mentor to a member. A click puts them on the list of a request, and leads to that list."""
    mentor = get_object_or_404(mentors_open_to(member), uuid=uuid)
    requests = visibility.help_requests_of(member).filter(status=HelpRequest.Status.OPEN)
    problem, status = None, 200
    if request.method == "POST":
        help_request = get_object_or_404(requests, uuid=posted_uuid(request, "help_request"))
        try:
            name_mentor(help_request_id=help_request.pk, mentor_id=mentor.pk, by=member, now=timezone.now())
        except Refusal as refusal:
            problem, status = refusal.detail, 409
        else:
            return redirect(choose_link(help_request))
    spoken = suggested_card(mentor).spoken
    context = {"mentor": mentor, "spoken": spoken, "help_requests": requests, "problem": problem}
    return render(request, "matching/named.html", context, status=status)
