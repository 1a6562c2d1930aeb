"""Adding next steps."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from accounts.models import User
from mentorship.locks import lock_goal, lock_mentorship
from mentorship.models import ActionItem, Mentorship, Milestone, Session
from mentorship.services.steps.checks import must_belong, must_go_on, must_have_room
from mentorship.step_reminders import remind_of


@dataclass(frozen=True, slots=True, kw_only=True)
class NewStep:
    """A step to add: ``whose`` is one of ActionItem.Side."""

    whose: str
    what: str
    by_on: date | None = None
    milestone: Milestone | None = None
    session: Session | None = None


@transaction.atomic
def add_steps(*, mentorship_id: int, by: User, steps: Iterable[NewStep], now: datetime) -> list[ActionItem]:
    """Add steps, all or none. One that is open with the same words, owner and day is returned, not added again.

    Raises NotOneOfTheTwo, MentorshipNotActive if the mentorship is over, KeptApart, TooManySteps if more than OPEN_MAX
    would be open, MilestoneGone, MilestoneOfAnotherGoal, SessionOfAnotherMentorship.
    """
    steps = list(steps)
    if any(step.milestone for step in steps):
        # A milestone is removed under this lock.
        lock_goal(Mentorship.objects.values_list("goal_id", flat=True).get(pk=mentorship_id))
    mentorship = lock_mentorship(mentorship_id, by=by)
    must_go_on(mentorship)
    added = [_add(mentorship, step, by=by, now=now) for step in steps]
    remind_of(mentorship, added, now=now)
    return added


def _add(mentorship: Mentorship, step: NewStep, *, by: User, now: datetime) -> ActionItem:
    same = mentorship.steps.filter(
        status=ActionItem.Status.OPEN, whose=step.whose, what=step.what, by_on=step.by_on
    ).first()
    if same is not None:
        return same
    must_belong(mentorship, milestone=step.milestone, session=step.session)
    must_have_room(mentorship)
    return ActionItem.objects.create(
        mentorship=mentorship,
        whose=step.whose,
        what=step.what,
        by_on=step.by_on,
        milestone=step.milestone,
        session=step.session,
        created_by=by,
        created_at=now,
    )
