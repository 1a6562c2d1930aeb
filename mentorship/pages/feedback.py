"""The page of a mentor about the feedback of all mentees."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from accounts.models import User
from accounts.selectors import mentor_profiles_of
from mentorship.selectors.feedback import feedback_summary
from mentorship.selectors.outcomes import SUMMARY_FROM, share_in_words


def summary(request: HttpRequest, member: User) -> HttpResponse:
    """Show a mentor the feedback of all mentees together, from three on."""
    mentor = get_object_or_404(mentor_profiles_of(member))
    found = feedback_summary(mentor, now=timezone.now())
    context = {
        "summary": found,
        "summary_from": SUMMARY_FROM,
        "at_the_end": share_in_words(found.at_the_end),
        "later": share_in_words(found.later),
    }
    return render(request, "mentorship/feedback_summary.html", context)
