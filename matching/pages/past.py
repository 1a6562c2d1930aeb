"""The page of what is over: a member's past mentorships and requests."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.models import User
from matching.models import HelpRequest
from matching.selectors import visibility
from mentorship.models import Mentorship
from mentorship.selectors.mentorships import mentorships_visible_to
from mentorship.selectors.shown import mentorship_card

# The newest of each kind. Nobody has more in years.
SHOWN_MAX = 200


def past(request: HttpRequest, member: User) -> HttpResponse:
    """Show what is over, newest first. A request that found a mentor is over as well."""
    going_on = [HelpRequest.Status.DRAFT, HelpRequest.Status.OPEN]
    ended = mentorships_visible_to(member).exclude(status__in=Mentorship.RUNNING)[:SHOWN_MAX]
    context = {
        "mentorships": [(row, mentorship_card(row, to=member)) for row in ended],
        "requests": visibility.help_requests_of(member).exclude(status__in=going_on)[:SHOWN_MAX],
    }
    return render(request, "matching/past.html", context)
