"""Moves of a mentorship that its pages share: reached, go on, end, pause and resume."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.page_forms import SerializerForm, choice, day, problem_of
from accounts.signed import Outcome, attempt, is_now, unknown_button
from mentorship.models import Mentorship
from mentorship.serializers.mentorships import EndSerializer, ExtendSerializer
from mentorship.services.end import end_mentorship
from mentorship.services.extend import extend_mentorship
from mentorship.services.pause import pause_mentorship, resume_mentorship

REASONS = [
    (reason.value, reason.label)
    for reason in (Mentorship.EndReason.HELPED_ENOUGH, *Mentorship.REASONS[Mentorship.Status.ENDED_EARLY])
]


class ExtendForm(SerializerForm):
    serializer_class = ExtendSerializer

    until_on = day(label=gettext_lazy("Until"), required=True)


class EndForm(SerializerForm):
    serializer_class = EndSerializer

    reason = choice(
        [("", gettext_lazy("Choose a reason")), *((code, capfirst(label)) for code, label in REASONS)],
        label=gettext_lazy("Reason"),
    )

    def body(self) -> dict[str, Any]:
        # "Other" fits both ways to end; without a word that it helped, it ended early.
        reason = self.cleaned_data["reason"]
        early = reason in Mentorship.REASONS[Mentorship.Status.ENDED_EARLY]
        status = Mentorship.Status.ENDED_EARLY if early else Mentorship.Status.COMPLETED
        return {"reason": reason, "status": status.value}


FORMS: dict[str, type[SerializerForm]] = {"extend": ExtendForm, "end": EndForm}


def act(request: HttpRequest, mentorship: Mentorship, person: User) -> Outcome:
    """Do what the button says."""
    match request.POST.get("do"):
        case "reached":
            return _end(mentorship, person, Mentorship.Status.COMPLETED, Mentorship.EndReason.GOAL_REACHED)
        case "extend" | "end" as name:
            form = FORMS[name](request.POST)
            if not form.is_valid():
                return problem_of(form), 400
            return (_end if name == "end" else _extend)(mentorship, person, **form.checked)
        case "pause" | "resume" as move:
            service, status = {
                "pause": (pause_mentorship, Mentorship.Status.PAUSED),
                "resume": (resume_mentorship, Mentorship.Status.ACTIVE),
            }[move]
            return attempt(service, is_done=lambda: is_now(mentorship, status), mentorship_id=mentorship.pk, by=person)
    return unknown_button()


def _extend(mentorship: Mentorship, person: User, until_on: date) -> Outcome:
    is_done = Mentorship.objects.filter(pk=mentorship.pk, planned_end_on=until_on).exists
    return attempt(extend_mentorship, is_done=is_done, mentorship_id=mentorship.pk, by=person, until_on=until_on)


def _end(mentorship: Mentorship, person: User, status: str, reason: str) -> Outcome:
    return attempt(
        end_mentorship,
        is_done=lambda: is_now(mentorship, status),
        mentorship_id=mentorship.pk,
        by=person,
        status=status,
        reason=reason,
    )
