"""Finishing and dropping a step, and opening it again. Either of the two may do it; the step says who did."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.models import User
from mentorship.locks import lock_step
from mentorship.models import ActionItem
from mentorship.services.steps.checks import must_go_on, must_have_room
from mentorship.step_reminders import remind_of, skip_needless

Status = ActionItem.Status


@transaction.atomic
def finish_step(*, step_id: int, by: User, now: datetime) -> ActionItem:
    """Note that a step is done. Raises NotOneOfTheTwo, MentorshipNotActive, KeptApart, MoveNotAllowed."""
    return _settle(step_id, Status.DONE, by=by, now=now)


@transaction.atomic
def drop_step(*, step_id: int, by: User, now: datetime) -> ActionItem:
    """Note that nobody does a step any more. Raises NotOneOfTheTwo, MentorshipNotActive, KeptApart, MoveNotAllowed."""
    return _settle(step_id, Status.DROPPED, by=by, now=now)


@transaction.atomic
def reopen_step(*, step_id: int, by: User, now: datetime) -> ActionItem:
    """Open a step again that was done or dropped.

    Raises NotOneOfTheTwo, MentorshipNotActive, KeptApart, MoveNotAllowed if it is open, TooManySteps.
    """
    step = lock_step(step_id, by=by)
    must_go_on(step.mentorship)
    step.must_allow(Status.OPEN)
    must_have_room(step.mentorship)
    step.move_to(Status.OPEN, by=by, at=now)
    remind_of(step.mentorship, [step], now=now)
    return step


def _settle(step_id: int, status: Status, *, by: User, now: datetime) -> ActionItem:
    step = lock_step(step_id, by=by)
    must_go_on(step.mentorship)
    step.move_to(status, by=by, at=now)
    skip_needless(step.mentorship)
    return step
