"""The page behind the link that lets a mentor pause and come back."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy

from accounts.exceptions import UnknownButton
from accounts.jobs.pauses import pause_mentoring, resume_mentoring
from accounts.links import COME_BACK
from accounts.models import MentorProfile, User
from accounts.services.absences import add_absence, remove_absence
from accounts.signed import NO_DAY, Outcome, attempt, form_problem, signed


class PauseForm(forms.Form):
    until_on = forms.DateField(required=False, error_messages={"invalid": NO_DAY})


class AwayForm(forms.Form):
    from_on = forms.DateField(error_messages={"required": gettext_lazy("Give the first day."), "invalid": NO_DAY})
    until_on = forms.DateField(error_messages={"required": gettext_lazy("Give the last day."), "invalid": NO_DAY})


class BackForm(forms.Form):
    from_on = forms.DateField(error_messages={"required": NO_DAY, "invalid": NO_DAY})


# From the name of a button to its form and service.
ABSENCES: dict[str, tuple[type[forms.Form], Callable[..., object]]] = {
    "away": (AwayForm, add_absence),
    "not_away": (BackForm, remove_absence),
}


@signed(COME_BACK)
def come_back(request: HttpRequest, uuid: str, person: User) -> HttpResponse:
    """Let a mentor pause, until a day or without an end, resume with one click, and enter days without time."""
    mentor = get_object_or_404(MentorProfile.objects.select_related("user__profile"), uuid=uuid, user=person)
    problem, status = None, 200
    if request.method == "POST":
        problem, status = _do(request, mentor)
        if problem is None:
            return redirect(request.path)
    absences = person.profile.absences.filter(until_on__gte=timezone.localdate())
    context = {"mentor": mentor, "absences": absences, "problem": problem, "posted": request.POST}
    return render(request, "accounts/come_back.html", context, status=status)


def _do(request: HttpRequest, mentor: MentorProfile) -> Outcome:
    name = request.POST.get("do", "")
    if name == "pause":
        return _pause(request, mentor)
    if name == "come_back":
        return _resume(mentor)
    if name not in ABSENCES:
        return str(UnknownButton()), 400
    form_class, service = ABSENCES[name]
    form = form_class(request.POST)
    if not form.is_valid():
        return form_problem(form), 400
    return attempt(service, is_done=lambda: False, profile_id=mentor.user.profile.pk, **form.cleaned_data)


def _pause(request: HttpRequest, mentor: MentorProfile) -> Outcome:
    form = PauseForm(request.POST)
    if not form.is_valid():
        return form_problem(form), 400
    return attempt(
        pause_mentoring,
        # A second click is no refusal: a pause may be changed.
        is_done=lambda: False,
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
