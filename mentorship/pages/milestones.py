"""Milestones on a page: of a goal, and of the steps of a mentorship."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.exceptions import Refusal
from accounts.models import User
from accounts.page_forms import SerializerForm, day, forms_of, problem_of, text
from accounts.signed import DONE, Outcome, unknown_button
from mentorship.exceptions import MilestoneGone
from mentorship.models import Goal, Milestone
from mentorship.selectors.milestones import milestones_visible_to
from mentorship.serializers.steps import ChangeMilestoneSerializer, NewMilestoneSerializer
from mentorship.services.milestones import (
    add_milestone,
    change_milestone,
    reach_milestone,
    remove_milestone,
    reopen_milestone,
)

# The buttons begin with it, as a page has others.
PREFIX = "milestone-"
ABOUT_ONE = ("change", "up", "down", "reach", "reopen", "remove")


class MilestoneForm(SerializerForm):
    serializer_class = NewMilestoneSerializer

    title = text(
        NewMilestoneSerializer,
        "title",
        rows=1,
        label=gettext_lazy("Milestone"),
        help_text=gettext_lazy("Such as “three interviews” or “the CV is ready”."),
    )
    by = day(label=gettext_lazy("By when"))


class ChangeMilestoneForm(MilestoneForm):
    serializer_class = ChangeMilestoneSerializer


@dataclass(frozen=True, slots=True, kw_only=True)
class MilestoneRow:
    """A milestone with the form that changes it. ``form`` is None for a reader who may not."""

    milestone: Milestone
    is_first: bool
    is_last: bool
    form: SerializerForm | None


def milestones_for(request: HttpRequest, goal: Goal, person: User, rows: Sequence[Milestone]) -> dict[str, Any]:
    """Return the context of ``mentorship/milestones.html``. Only the mentee changes them, and while the goal is active.

    ``may_add`` is up to the page: the mentor of a running mentorship adds some as well.
    """
    changes = goal.mentee_id == person.pk and goal.status == Goal.Status.ACTIVE
    return {
        "milestones": [
            MilestoneRow(
                milestone=row,
                is_first=row.position == 1,
                is_last=row.position == len(rows),
                form=_form_of(request, row, person) if changes else None,
            )
            for row in rows
        ],
        "milestone_form": forms_of(
            {f"{PREFIX}add": partial(MilestoneForm, context={"person": person})}, request.POST, of=goal.uuid
        )[f"{PREFIX}add"],
        "goal": goal,
        "posted": request.POST,
    }


def _form_of(request: HttpRequest, row: Milestone, person: User) -> SerializerForm:
    form = partial(
        ChangeMilestoneForm,
        instance=row,
        initial={"title": row.title, "by": row.by_on},
        context={"person": person},
    )
    posted = request.POST if request.POST.get("milestone") == str(row.uuid) else None
    name = f"{PREFIX}change"
    return forms_of({name: form}, posted, of=row.uuid)[name]


def act_on_milestones(request: HttpRequest, goal: Goal, person: User) -> Outcome:
    """Do what a button about milestones says."""
    do = request.POST.get("do", "").removeprefix(PREFIX)
    if do == "add":
        return _add(request, goal, person)
    if do not in ABOUT_ONE:
        return unknown_button()
    # A form can hold anything.
    rows = {str(row.uuid): row for row in milestones_visible_to(person).filter(goal=goal)}
    row = rows.get(request.POST.get("milestone", ""))
    if row is None:
        return (None, 302) if do == "remove" else (_("This milestone was removed."), 409)
    this = {"milestone_id": row.pk, "by": person}
    match do:
        case "reach":
            return _try(reach_milestone, now=timezone.now(), **this)
        case "reopen":
            return _try(reopen_milestone, **this)
        case "remove":
            return _try(remove_milestone, **this)
        case "up" | "down":
            position = max(row.position + (1 if do == "down" else -1), 1)
            return _try(change_milestone, changes={"position": position}, **this)
    form = ChangeMilestoneForm(request.POST, instance=row, context={"person": person})
    return _try(change_milestone, changes=form.checked, **this) if form.is_valid() else (problem_of(form), 400)


def _add(request: HttpRequest, goal: Goal, person: User) -> Outcome:
    form = MilestoneForm(request.POST, context={"person": person})
    if not form.is_valid():
        return problem_of(form), 400
    return _try(add_milestone, goal_id=goal.pk, by=person, now=timezone.now(), **{"by_on": None} | form.checked)


def _try(move: Any, **values: Any) -> Outcome:
    try:
        move(**values)
    except MilestoneGone as refusal:
        return DONE if move is remove_milestone else (refusal.detail, 409)
    except Refusal as refusal:
        return refusal.detail, 409
    return DONE
