"""The page of the question bank. A mock interview draws from it."""

from __future__ import annotations

import random

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.page_forms import SerializerForm, problem_of, uuid_in
from accounts.signed import Outcome, attempt, unknown_button
from matching.selectors.question_bank import PEOPLE_MIN, bank_entries
from matching.serializers.question_bank import BankSelectionSerializer
from matching.services.draw_questions import draw_questions
from mentorship.models import PracticeRecord
from mentorship.pages.practice import record_url
from mentorship.selectors.kinds import goal_kind_choices
from mentorship.selectors.practice import records_of


def _kinds() -> list[tuple[str, str]]:
    return [("", _("Any")), *goal_kind_choices()]


def _stages() -> list[tuple[str, str]]:
    return [("", _("Any")), *((value, capfirst(str(label))) for value, label in PracticeRecord.Stage.choices)]


class SelectionForm(SerializerForm):
    serializer_class = BankSelectionSerializer

    goal_kind = forms.ChoiceField(label=gettext_lazy("Kind of goal"), choices=_kinds, required=False)
    field = forms.CharField(label=gettext_lazy("Field"), required=False, max_length=80)
    stage = forms.ChoiceField(label=gettext_lazy("Stage"), choices=_stages, required=False)


def question_bank(request: HttpRequest, member: User) -> HttpResponse:
    """Show the questions of a selection, and draw three of them into a mock interview of the member."""
    form = SelectionForm(request.POST if request.method == "POST" else request.GET)
    is_valid = form.is_valid()
    record = _record(request, member)
    problem, status = (None, 200) if is_valid else (problem_of(form), 400)
    if request.method == "POST" and is_valid:
        problem, status = _draw(request, record, form, member)
        if problem is None and record is not None:
            return redirect(record_url(record))
    context = {
        "form": form,
        "entries": bank_entries(**form.checked) if is_valid else [],
        "record": record,
        "people_min": PEOPLE_MIN,
        "problem": problem,
    }
    return render(request, "matching/question_bank.html", context, status=status)


def _record(request: HttpRequest, member: User) -> PracticeRecord | None:
    """Return the mock interview of ``member`` that the address or the form names. None without one."""
    uuid = uuid_in(request.POST.get("for") or request.GET.get("for", ""))
    mocks = records_of(member).filter(kind=PracticeRecord.Kind.MOCK_INTERVIEW)
    return mocks.filter(uuid=uuid).first() if uuid else None


def _draw(request: HttpRequest, record: PracticeRecord | None, form: SelectionForm, member: User) -> Outcome:
    if request.POST.get("do") != "draw" or record is None:
        return unknown_button()
    return attempt(
        draw_questions,
        is_done=lambda: False,
        record_id=record.pk,
        by=member,
        chance=random.Random(),
        **form.checked,
    )
