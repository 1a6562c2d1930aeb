"""A member's own goals: the list, a new one, and one of them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.exceptions import Refusal, UnknownButton
from accounts.member_pages import way_back
from accounts.models import User
from accounts.models.profile import CareerLevel, Sector
from accounts.page_fields import CountryField
from accounts.page_forms import SerializerForm, day, text
from accounts.signed import Outcome, attempt, is_now
from accounts.words import country_labels
from mentorship.models import Goal
from mentorship.pages.milestones import PREFIX, act_on_milestones, milestones_for
from mentorship.selectors.kinds import goal_kind_choices
from mentorship.selectors.mentorships import goals_of
from mentorship.serializers.goals import GoalSerializer
from mentorship.services.goals import drop_goal, reach_goal, state_goal, take_up_goal, update_goal

# The address where a goal becomes a request for help. Another app has that page, and passes it in.
NextStep = Callable[[UUID], str] | None

# From the name of a button to the service that makes the move, and the status after it.
MOVES: dict[str, tuple[Callable[..., Goal], Goal.Status]] = {
    "reach": (reach_goal, Goal.Status.REACHED),
    "drop": (drop_goal, Goal.Status.DROPPED),
    "take_up": (take_up_goal, Goal.Status.ACTIVE),
}


def _kinds() -> list[tuple[str, str]]:
    return [("", _("Choose a kind of goal")), *goal_kind_choices()]


def _or_any(options: type[Any]) -> list[tuple[str, str]]:
    return [("", _("Any")), *((value, capfirst(label)) for value, label in options.choices)]


BY = gettext_lazy("By when")


class GoalForm(SerializerForm):
    serializer_class = GoalSerializer

    kind = forms.ChoiceField(label=gettext_lazy("Kind of goal"), choices=_kinds)
    target_role = text(
        GoalSerializer,
        "target_role",
        rows=1,
        label=gettext_lazy("The role you want"),
        help_text=gettext_lazy("Such as “data scientist” or “head of a team”."),
    )
    target_field = text(
        GoalSerializer,
        "target_field",
        rows=1,
        label=gettext_lazy("Field"),
        help_text=gettext_lazy("Such as “energy forecasting”."),
    )
    target_country = CountryField(
        label=gettext_lazy("Country (needed for a job in another country)"), required=False, max_length=80
    )
    target_sector = forms.ChoiceField(label=gettext_lazy("Sector"), required=False, choices=partial(_or_any, Sector))
    target_level = forms.ChoiceField(label=gettext_lazy("Level"), required=False, choices=partial(_or_any, CareerLevel))
    by = day(label=BY)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if self.instance is not None:
            choices = goal_kind_choices([self.instance.kind.code])
            self.fields["kind"].choices = choices  # type: ignore[attr-defined]


class SettledGoalForm(SerializerForm):
    """Mentors have read the goal: only its date may change."""

    serializer_class = GoalSerializer

    by = day(label=BY)


def goals(request: HttpRequest, next_step: NextStep, member: User) -> HttpResponse:
    """Show the member's goals: the active ones first, with the way on to a request for help."""
    rows = list(goals_of(member))
    active = [row for row in rows if row.status == Goal.Status.ACTIVE]
    context = {
        "active": [(row, next_step(row.uuid) if next_step else "") for row in active],
        "over": [row for row in rows if row.status != Goal.Status.ACTIVE],
    }
    return render(request, "mentorship/goals.html", context)


def new_goal(request: HttpRequest, member: User) -> HttpResponse:
    """State a goal."""
    form = GoalForm(request.POST or None, context={"request": request})
    refused: Refusal | None = None
    if request.method == "POST" and form.is_valid():
        try:
            goal = state_goal(mentee=member, fields=form.checked)
        except Refusal as refusal:
            refused = refusal
        else:
            return redirect(way_back(request, goal_url(goal)))
    return _form(request, form, refused, "mentorship/goal_new.html", {})


def goal(request: HttpRequest, uuid: UUID, next_step: NextStep, member: User) -> HttpResponse:
    """Show one goal, change it, and say that it is reached, dropped, or taken up again."""
    row = get_object_or_404(goals_of(member), uuid=uuid)
    do = request.POST.get("do", "save") if request.method == "POST" else None
    of_milestones = do is not None and do.startswith(PREFIX)
    if do not in (None, "save", *MOVES) and not of_milestones:
        raise UnknownButton
    problem: str | None = None
    status = 200
    if do in MOVES or of_milestones:
        problem, status = act_on_milestones(request, row, member) if of_milestones else _move(row, str(do), member)
        if problem is None:
            return redirect(request.path)
        row = goals_of(member).get(pk=row.pk)
    form = _form_of(row, request if do == "save" else None, request)
    refused: Refusal | None = None
    if do == "save" and form.is_valid():
        try:
            update_goal(goal_id=row.pk, changes=form.checked)
        except Refusal as refusal:
            refused = refusal
        else:
            messages.success(request, _("Saved."))
            return redirect(request.path)
    context = milestones_for(request, row, member, list(row.milestones.all()))
    context |= {
        "goal": row,
        "next_step": next_step(row.uuid) if next_step else "",
        "problem": problem,
        "of_what": request.POST.get("milestone", row.uuid),
        "may_add": row.status == Goal.Status.ACTIVE,
    }
    return _form(request, form, refused, "mentorship/goal.html", context, status)


def goal_url(row: Goal) -> str:
    return reverse("goal", args=[row.uuid])


def _form_of(row: Goal, posted: HttpRequest | None, request: HttpRequest) -> SerializerForm:
    form_class = GoalForm if row.settled_at is None else SettledGoalForm
    return form_class(
        posted.POST if posted else None,
        initial=GoalSerializer(row).data,
        instance=row,
        context={"request": request},
    )


def _move(row: Goal, do: str, member: User) -> Outcome:
    move, status = MOVES[do]
    return attempt(move, is_done=lambda: is_now(row, status), goal_id=row.pk, by=member)


def _form(
    request: HttpRequest,
    form: SerializerForm,
    refused: Refusal | None,
    template: str,
    context: dict[str, Any],
    status: int = 200,
) -> HttpResponse:
    if refused is not None:
        context |= {"problem": refused.detail, "twin": refused.members.get("goal")}
        status = 409
    elif form.errors:
        status = 400
    context |= {"form": form, "countries": country_labels().values(), "next": way_back(request, "")}
    return render(request, template, context, status=status)
