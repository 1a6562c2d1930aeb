"""Moves of the page about how a mentorship goes: a fit check, going on after a silence, and becoming ongoing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import MentorProfile, User
from accounts.page_forms import SerializerForm, day, problem_of, text
from accounts.signed import DONE, Outcome, attempt, is_logged_in
from mentorship.models import FitCheck, Mentorship
from mentorship.pages.moves import act
from mentorship.serializers.going import AnswerFitCheckSerializer, ProposeOngoingSerializer
from mentorship.services.fit_check import answer_fit_check
from mentorship.services.ongoing import agree_to_ongoing, propose_ongoing, refuse_ongoing
from mentorship.services.silence import go_on


class FitCheckByLinkForm(SerializerForm):
    """The answer, which is a button. The note beside it opens by a login only."""

    serializer_class = AnswerFitCheckSerializer

    answer = forms.CharField(required=False)

    def clean_answer(self) -> str:
        answer = self.cleaned_data["answer"]
        if answer not in FitCheck.Answer:
            raise forms.ValidationError(_("Choose one of the three answers."))
        return answer


class FitCheckForm(FitCheckByLinkForm):
    note = text(
        AnswerFitCheckSerializer,
        "note",
        rows=2,
        label=gettext_lazy("A line for yourself"),
        help_text=gettext_lazy(
            "Nobody but you reads it. It is kept as long as this mentorship is. You can leave it empty."
        ),
    )

    tell_organisers = forms.BooleanField(
        required=False,
        label=gettext_lazy("If it is not good, the organisers may know"),
        help_text=gettext_lazy("They read that you say so, and can help. They do not read your line."),
    )


class OngoingForm(SerializerForm):
    serializer_class = ProposeOngoingSerializer

    until_on = day(label=gettext_lazy("Until"), help_text=gettext_lazy("Empty: as long as is usual for this goal."))


def going_forms(check: FitCheck | None, *, is_member: bool) -> dict[str, Callable[..., SerializerForm]]:
    """Return the forms of the page. ``check`` is the last one of the reader."""
    said = {"note": check.note, "tell_organisers": check.organisers_told_at is not None} if check else {}
    return {
        "fit_check": partial(FitCheckForm, initial=said) if is_member else FitCheckByLinkForm,
        "propose_ongoing": OngoingForm,
    }


def act_on_going(request: HttpRequest, mentorship: Mentorship, person: User) -> Outcome:
    """Do what the button says: a move of this page, or one that every page of a mentorship has."""
    this = {"mentorship_id": mentorship.pk, "by": person}
    rows = Mentorship.objects.filter(pk=mentorship.pk)
    match request.POST.get("do"):
        case "fit_check":
            return _answer(request, person, this)
        case "go_on":
            return attempt(go_on, is_done=_no, **this)
        case "propose_ongoing":
            proposal = OngoingForm(request.POST)
            if not proposal.is_valid():
                return problem_of(proposal), 400
            return attempt(propose_ongoing, is_done=rows.filter(ongoing_by=person).exists, **this, **proposal.checked)
        case "agree_to_ongoing":
            is_ongoing = rows.filter(format=MentorProfile.Format.ONGOING)
            return attempt(agree_to_ongoing, is_done=is_ongoing.exists, **this)
        case "refuse_ongoing":
            is_over = rows.filter(format=MentorProfile.Format.ONE_OFF, ongoing_by=None)
            return attempt(refuse_ongoing, is_done=is_over.exists, **this)
    return act(request, mentorship, person)


def _answer(request: HttpRequest, person: User, this: Mapping[str, Any]) -> Outcome:
    is_member = is_logged_in(request, person)
    form = (FitCheckForm if is_member else FitCheckByLinkForm)(request.POST)
    if not form.is_valid():
        return " ".join(str(error) for error in form.errors.get("answer", [])) or problem_of(form), 400
    values = form.checked if is_member else {"answer": form.checked["answer"]}
    outcome = attempt(answer_fit_check, is_done=_no, **this, **values)
    if outcome == DONE and not is_member:
        messages.success(request, _("Saved. Thank you for saying it."))
    return outcome


def _no() -> bool:
    return False
