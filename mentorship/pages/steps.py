"""The page of the next steps of a mentorship, from a mail or logged in, and the short form on a session's page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, cast

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework.serializers import Serializer

from accounts.exceptions import Refusal
from accounts.models import User
from accounts.page_forms import SerializerForm, choice, day, forms_of, problem_of, text, uuid_in
from accounts.signed import DONE, Outcome, attempt, is_now, unknown_button
from mentorship.models import ActionItem, Goal, Mentorship, Milestone, Session
from mentorship.pages.milestones import PREFIX, act_on_milestones, milestones_for
from mentorship.selectors.mentorships import mentorships_visible_to
from mentorship.selectors.shown import mentorship_card
from mentorship.selectors.steps import milestones_of, progress_of, side_of, steps_in_order, steps_of
from mentorship.serializers.steps import ChangeStepSerializer, NewStepSerializer
from mentorship.services.steps.add import NewStep, add_steps
from mentorship.services.steps.change import change_step
from mentorship.services.steps.settle import drop_step, finish_step, reopen_step

# Returns the address of the mentorship for a reader. Another app has that page, and passes it in.
MentorshipPage = Callable[[HttpRequest, Mentorship, User], str]

Status = ActionItem.Status
# From the name of a button to the service that makes the move, and the status after it.
MOVES: dict[str, tuple[Callable[..., ActionItem], Status]] = {
    "finish": (finish_step, Status.DONE),
    "drop": (drop_step, Status.DROPPED),
    "reopen": (reopen_step, Status.OPEN),
}
ROWS_OF_A_SESSION = 3


class StepForm(SerializerForm):
    """A step: what, whose, by when."""

    serializer_class: type[Serializer] = NewStepSerializer

    what = text(NewStepSerializer, "what", rows=1, label=gettext_lazy("What"))
    whose = choice([], label=gettext_lazy("Who does it"))
    by = day(label=gettext_lazy("By when"))

    def __init__(self, *args: Any, mentorship: Mentorship, person: User, **kwargs: Any) -> None:
        super().__init__(*args, context={"mentorship": mentorship, "person": person}, **kwargs)
        other, mine = mentorship.other_of(person), side_of(mentorship, person)
        theirs = next(side for side in ActionItem.Side if side != mine)
        widget = cast(forms.Select, self.fields["whose"].widget)
        widget.choices = [(mine.value, _("You")), (theirs.value, other.name)]


class StepOnWayForm(StepForm):
    """A step that can lead to a milestone."""

    milestone = choice([], label=gettext_lazy("Milestone"))

    def __init__(self, *args: Any, milestones: Sequence[Milestone], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        widget = cast(forms.Select, self.fields["milestone"].widget)
        widget.choices = [("", _("None")), *((str(row.uuid), row.title) for row in milestones)]
        del widget.attrs["required"]
        if not milestones:
            del self.fields["milestone"]

    def body(self) -> dict[str, Any]:
        values = super().body()
        return values | {"milestone": values.get("milestone") or None}


class ChangeStepForm(StepOnWayForm):
    serializer_class = ChangeStepSerializer


def page_of(mentorship_page: MentorshipPage) -> Callable[[HttpRequest, str, User], HttpResponse]:
    """Return the page of the steps of a mentorship, with a link to it."""

    def steps(request: HttpRequest, uuid: str, person: User) -> HttpResponse:
        """Show the steps and milestones to one of the two, and let them add, change and settle them."""
        row = get_object_or_404(mentorships_visible_to(person), uuid=uuid)
        problem, status = None, 200
        if request.method == "POST":
            problem, status = _act(request, row, person)
            if problem is None:
                return redirect(request.path)
            row = mentorships_visible_to(person).get(pk=row.pk)
        context = _context(row, person, request)
        context |= {"problem": problem, "mentorship_link": mentorship_page(request, row, person)}
        return render(request, "mentorship/steps.html", context, status=status)

    return steps


def _context(row: Mentorship, person: User, request: HttpRequest) -> dict[str, Any]:
    card = mentorship_card(row, to=person)
    shown = steps_in_order(row, to=person, now=timezone.now())
    goes_on = row.status in Mentorship.RUNNING and card.other.email is not None
    add = partial(StepOnWayForm, mentorship=row, person=person, milestones=shown.milestones)
    context: dict[str, Any] = {
        "mentorship": row,
        "other": card.other,
        "is_apart": card.is_apart,
        "progress": progress_of(row, to=person),
        "goes_on": goes_on,
        "open_steps": [
            (step, _change_form(step.step, person, shown.milestones, request.POST) if goes_on else None)
            for step in shown.open
        ],
        "settled_steps": shown.settled,
        "step_form": forms_of({"add": add}, request.POST, of=row.uuid)["add"],
        "of_what": _of_what(request, row),
        "posted": request.POST,
    }
    if card.goal is not None:
        context |= milestones_for(request, card.goal, person, shown.milestones)
        context["may_add"] = goes_on and card.goal.status == Goal.Status.ACTIVE
    return context


def _of_what(request: HttpRequest, row: Mentorship) -> str:
    """Return what a problem is about: a step, a milestone, the goal that gets one, or the mentorship."""
    about = request.POST.get("step") or request.POST.get("milestone")
    return about or str(row.goal.uuid if request.POST.get("do") == f"{PREFIX}add" else row.uuid)


def _change_form(step: ActionItem, person: User, milestones: Sequence[Milestone], posted: QueryDict) -> SerializerForm:
    values = {
        "what": step.what,
        "whose": step.whose,
        "by": step.by_on,
        "milestone": str(step.milestone.uuid) if step.milestone else "",
    }
    form = partial(
        ChangeStepForm,
        instance=step,
        initial=values,
        mentorship=step.mentorship,
        person=person,
        milestones=milestones,
    )
    about = posted if posted.get("step") == str(step.uuid) else None
    return forms_of({"change": form}, about, of=step.uuid)["change"]


def _act(request: HttpRequest, row: Mentorship, person: User) -> Outcome:
    do = request.POST.get("do", "")
    if do == "add":
        milestones = milestones_of(row, to=person)
        form = StepOnWayForm(request.POST, mentorship=row, person=person, milestones=milestones)
        return _add(row, person, [form])
    if do.startswith(PREFIX):
        if mentorship_card(row, to=person).goal is None:
            return _("You two plan no steps here any more. You can still end the mentorship."), 409
        return act_on_milestones(request, row.goal, person)
    if do != "change" and do not in MOVES:
        return unknown_button()
    uuid = uuid_in(request.POST.get("step", ""))
    step = steps_of(row, to=person).filter(uuid=uuid).first() if uuid else None
    if step is None:
        return _("This step is not there any more."), 409
    return _change(request, step, person) if do == "change" else _move(step, do, person)


def _move(step: ActionItem, do: str, person: User) -> Outcome:
    move, status = MOVES[do]
    return attempt(move, is_done=lambda: is_now(step, status), step_id=step.pk, by=person)


def _change(request: HttpRequest, step: ActionItem, person: User) -> Outcome:
    milestones = milestones_of(step.mentorship, to=person)
    form = ChangeStepForm(request.POST, instance=step, mentorship=step.mentorship, person=person, milestones=milestones)
    if not form.is_valid():
        return problem_of(form), 400
    return attempt(change_step, is_done=lambda: False, step_id=step.pk, by=person, changes=form.checked)


def rows_of(session: Session, person: User, posted: QueryDict | None) -> list[StepForm]:
    """Return the rows of the short form on a session's page, with what was posted in them. Empty ones are unbound."""
    rows = []
    for number in range(1, ROWS_OF_A_SESSION + 1):
        prefix = f"step{number}"
        written = posted and any(posted.get(f"{prefix}-{name}", "").strip() for name in ("what", "by"))
        row = StepForm(posted if written else None, prefix=prefix, mentorship=session.mentorship, person=person)
        # A row may stay empty.
        del row.fields["what"].widget.attrs["required"]
        rows.append(row)
    return rows


def add_rows(rows: Sequence[StepForm], session: Session, person: User) -> Outcome:
    """Add the steps of the posted rows, all or none."""
    written = [row for row in rows if row.is_bound]
    if not written:
        return _("Write one step at least."), 400
    return _add(session.mentorship, person, written, session=session)


def _add(row: Mentorship, person: User, forms: Sequence[StepForm], session: Session | None = None) -> Outcome:
    if wrong := [form for form in forms if not form.is_valid()]:
        return problem_of(wrong[0]), 400
    steps = [NewStep(**form.checked | ({"session": session} if session else {})) for form in forms]
    try:
        add_steps(mentorship_id=row.pk, by=person, steps=steps, now=timezone.now())
    except Refusal as refusal:
        return refusal.detail, 409
    return DONE
