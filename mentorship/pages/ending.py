"""The page behind the mail about the planned end: reached, go on, or end."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.signed import NO_DAY, Outcome, attempt, form_problem, signed
from mentorship.links import ENDING
from mentorship.models import Mentorship
from mentorship.selectors.mentorships import mentorships_visible_to
from mentorship.services.end import end_mentorship
from mentorship.services.extend import extend_mentorship

REASONS = [
    (reason.value, reason.label)
    for reason in (Mentorship.EndReason.HELPED_ENOUGH, *Mentorship.REASONS[Mentorship.Status.ENDED_EARLY])
]


class ExtendForm(forms.Form):
    until_on = forms.DateField(error_messages={"required": NO_DAY, "invalid": NO_DAY})


class EndForm(forms.Form):
    reason = forms.ChoiceField(
        choices=REASONS,
        error_messages={
            "required": gettext_lazy("Choose a reason."),
            "invalid_choice": gettext_lazy("Choose a reason."),
        },
    )


@signed(ENDING)
def ending(request: HttpRequest, uuid: str, person: User) -> HttpResponse:
    """Let one of the two say that the goal is reached, that they go on, or that the mentorship ends."""
    mentorship = get_object_or_404(mentorships_visible_to(person), uuid=uuid)
    problem, status = None, 200
    if request.method == "POST":
        problem, status = _act(request, mentorship, person)
        if problem is None:
            return redirect(request.path)
        mentorship = mentorships_visible_to(person).get(pk=mentorship.pk)
    to_mentee = mentorship.mentee_id == person.pk
    context = {
        "mentorship": mentorship,
        "other": mentorship.mentor.user if to_mentee else mentorship.mentee,
        "is_running": mentorship.status in Mentorship.RUNNING,
        "reasons": REASONS,
        "problem": problem,
        "posted": request.POST,
    }
    return render(request, "mentorship/ending.html", context, status=status)


def _act(request: HttpRequest, mentorship: Mentorship, person: User) -> Outcome:
    """Do what the button says."""
    match request.POST.get("do"):
        case "reached":
            return _end(mentorship, person, Mentorship.EndReason.GOAL_REACHED)
        case "extend":
            form = ExtendForm(request.POST)
            if not form.is_valid():
                return form_problem(form), 400
            until_on = form.cleaned_data["until_on"]
            return attempt(
                extend_mentorship,
                is_done=lambda: Mentorship.objects.filter(pk=mentorship.pk, planned_end_on=until_on).exists(),
                mentorship_id=mentorship.pk,
                by=person,
                until_on=until_on,
            )
        case "end":
            end = EndForm(request.POST)
            if not end.is_valid():
                return form_problem(end), 400
            return _end(mentorship, person, Mentorship.EndReason(end.cleaned_data["reason"]))
    return _("Choose one of the answers."), 400


def _end(mentorship: Mentorship, person: User, reason: Mentorship.EndReason) -> Outcome:
    # "Other" fits both ways to end; without a word that it helped, it ended early.
    early = reason in Mentorship.REASONS[Mentorship.Status.ENDED_EARLY]
    status = Mentorship.Status.ENDED_EARLY if early else Mentorship.Status.COMPLETED
    return attempt(
        end_mentorship,
        is_done=lambda: Mentorship.objects.filter(pk=mentorship.pk, status=status).exists(),
        mentorship_id=mentorship.pk,
        by=person,
        status=status,
        reason=reason,
    )
