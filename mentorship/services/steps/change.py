"""Changing a step that is open."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from mentorship.exceptions import StepSettled
from mentorship.locks import lock_goal, lock_step
from mentorship.models import ActionItem
from mentorship.services.steps.checks import must_belong, must_go_on
from mentorship.step_reminders import remind_of, skip_needless


@transaction.atomic
def change_step(*, step_id: int, by: User, changes: Mapping[str, Any], now: datetime) -> ActionItem:
    """Write the fields named in ``changes``: whose, what, by_on or milestone. Reminders follow.

    Raises NotOneOfTheTwo, MentorshipNotActive if the mentorship is over, KeptApart, StepSettled,
    MilestoneGone, MilestoneOfAnotherGoal.
    """
    if changes.get("milestone"):
        # A milestone is removed under this lock.
        lock_goal(ActionItem.objects.values_list("mentorship__goal_id", flat=True).get(pk=step_id))
    step = lock_step(step_id, by=by)
    must_go_on(step.mentorship)
    if step.status != ActionItem.Status.OPEN:
        raise StepSettled(_("This step is %(status)s. Open it again to change it.") % {"status": _status_of(step)})
    must_belong(step.mentorship, milestone=changes.get("milestone"))
    before = step.whose, step.by_on
    for name, value in changes.items():
        setattr(step, name, value)
    step.save(update_fields=list(changes))
    if (step.whose, step.by_on) != before:
        skip_needless(step.mentorship)
        remind_of(step.mentorship, [step], now=now)
    return step


def _status_of(step: ActionItem) -> str:
    return str(step.get_status_display()).lower()
