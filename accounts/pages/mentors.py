"""The page behind the link that lets a mentor pause and come back."""

from __future__ import annotations

from functools import partial

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from accounts.jobs.pauses import pause_mentoring, resume_mentoring
from accounts.links import COME_BACK
from accounts.models import MentorProfile, User
from accounts.signed import NO_DAY, Outcome, attempt, form_problem, signed


class PauseForm(forms.Form):
    until_on = forms.DateField(required=False, error_messages={"invalid": NO_DAY})


@signed(COME_BACK)
def come_back(request: HttpRequest, uuid: str, person: User) -> HttpResponse:
    """Let a mentor pause, until a day or without an end, and resume with one click."""
    mentor = get_object_or_404(MentorProfile.objects.select_related("user"), uuid=uuid, user=person)
    problem, status = None, 200
    if request.method == "POST":
        problem, status = _pause(request, mentor) if request.POST.get("do") == "pause" else _resume(mentor)
        if problem is None:
            return redirect(request.path)
    context = {"mentor": mentor, "problem": problem, "posted": request.POST}
    return render(request, "accounts/come_back.html", context, status=status)


def _pause(request: HttpRequest, mentor: MentorProfile) -> Outcome:
    form = PauseForm(request.POST)
    if not form.is_valid():
        return form_problem(form), 400
    return attempt(
        pause_mentoring,
        is_done=partial(_is_now, mentor, MentorProfile.Status.PAUSED),
        mentor_id=mentor.pk,
        cause=MentorProfile.PauseCause.OWN_WISH,
        until_on=form.cleaned_data["until_on"],
    )


def _resume(mentor: MentorProfile) -> Outcome:
    is_back = partial(_is_now, mentor, MentorProfile.Status.APPROVED)
    return attempt(resume_mentoring, is_done=is_back, mentor_id=mentor.pk)


def _is_now(mentor: MentorProfile, status: str) -> bool:
    mentor.refresh_from_db(fields=["status"])
    return mentor.status == status
