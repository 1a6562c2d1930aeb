"""Moves of a mentorship that its pages share: reached, go on, end, pause and resume."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.fields import NO_DAY
from accounts.models import User
from accounts.signed import Outcome, attempt, form_problem
from mentorship.models import Mentorship
from mentorship.services.end import end_mentorship
from mentorship.services.extend import extend_mentorship
from mentorship.services.pause import pause_mentorship, resume_mentorship

REASONS = [
    (reason.value, reason.label)
    for reason in (Mentorship.EndReason.HELPED_ENOUGH, *Mentorship.REASONS[Mentorship.Status.ENDED_EARLY])
]

CHOOSE = gettext_lazy("Choose a reason.")


class ExtendForm(forms.Form):
    until_on = forms.DateField(error_messages={"required": NO_DAY, "invalid": NO_DAY})


class EndForm(forms.Form):
    reason = forms.ChoiceField(choices=REASONS, error_messages={"required": CHOOSE, "invalid_choice": CHOOSE})


def act(request: HttpRequest, mentorship: Mentorship, person: User) -> Outcome:
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
        case "pause" | "resume" as move:
            service, status = {
                "pause": (pause_mentorship, Mentorship.Status.PAUSED),
                "resume": (resume_mentorship, Mentorship.Status.ACTIVE),
            }[move]
            return attempt(service, is_done=lambda: _is_now(mentorship, status), mentorship_id=mentorship.pk, by=person)
    return _("Choose one of the answers."), 400


def _end(mentorship: Mentorship, person: User, reason: Mentorship.EndReason) -> Outcome:
    # "Other" fits both ways to end; without a word that it helped, it ended early.
    early = reason in Mentorship.REASONS[Mentorship.Status.ENDED_EARLY]
    status = Mentorship.Status.ENDED_EARLY if early else Mentorship.Status.COMPLETED
    return attempt(
        end_mentorship,
        is_done=lambda: _is_now(mentorship, status),
        mentorship_id=mentorship.pk,
        by=person,
        status=status,
        reason=reason,
    )


def _is_now(mentorship: Mentorship, status: str) -> bool:
    return Mentorship.objects.filter(pk=mentorship.pk, status=status).exists()
