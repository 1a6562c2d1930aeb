"""The page of a mentor about the feedback of all mentees."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from accounts.models import User
from accounts.selectors import mentor_profiles_of
from mentorship.selectors.feedback import SUMMARY_FROM, feedback_summary


def summary(request: HttpRequest, member: User) -> HttpResponse:
    """Show a mentor the feedback of all mentees together, from three on."""
    mentor = get_object_or_404(mentor_profiles_of(member))
    context = {"summary": feedback_summary(mentor, now=timezone.now()), "summary_from": SUMMARY_FROM}
    return render(request, "mentorship/feedback_summary.html", context)
