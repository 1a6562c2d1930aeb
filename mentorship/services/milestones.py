"""Milestones of a goal. The mentee writes, orders and removes them; the mentor of a running mentorship may add some."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from accounts.models import User
from mentorship.exceptions import GoalNotActive, MilestoneGone, NotYourGoal, TooManyMilestones
from mentorship.locks import lock_goal
from mentorship.models import Goal, Milestone
from mentorship.models.milestone import MILESTONES_MAX
from mentorship.selectors.milestones import may_add_milestones


@transaction.atomic
def add_milestone(*, goal_id: int, by: User, title: str, by_on: date | None, now: datetime) -> Milestone:
    """Add a milestone as the last one. One with the same title that is not reached is returned, not added again.

    Raises NotYourGoal unless ``by`` is the mentee or mentors them for it now, GoalNotActive, TooManyMilestones.
    """
    goal = lock_goal(goal_id)
    if not may_add_milestones(goal, by):
        raise NotYourGoal(_("Only the mentee and their present mentor add milestones to this goal."))
    _must_be_active(goal)
    same = goal.milestones.filter(title=title, reached_at=None).first()
    if same is not None:
        return same
    number = goal.milestones.count()
    if number >= MILESTONES_MAX:
        raise TooManyMilestones(
            _("A goal has %(number)d milestones at most. Remove one first.") % {"number": MILESTONES_MAX}
        )
    return Milestone.objects.create(goal=goal, position=number + 1, title=title, by_on=by_on, created_at=now)


@transaction.atomic
def change_milestone(*, milestone_id: int, by: User, changes: Mapping[str, Any]) -> Milestone:
    """Write title, day or position. Those between the old and the new position move by one.

    A position beyond the last one is the last. Raises NotYourGoal, GoalNotActive, MilestoneGone.
    """
    goal, milestone = _lock_own(milestone_id, by)
    _must_be_active(goal)
    changes = dict(changes)
    if "position" in changes:
        changes["position"] = _make_room(milestone, to=min(changes["position"], goal.milestones.count()))
    for name, value in changes.items():
        setattr(milestone, name, value)
    milestone.save(update_fields=list(changes))
    return milestone


@transaction.atomic
def remove_milestone(*, milestone_id: int, by: User) -> None:
    """Remove a milestone. Its steps stay, without it. Raises NotYourGoal, GoalNotActive, MilestoneGone."""
    goal, milestone = _lock_own(milestone_id, by)
    _must_be_active(goal)
    position = milestone.position
    milestone.delete()
    goal.milestones.filter(position__gt=position).update(position=F("position") - 1)


@transaction.atomic
def reach_milestone(*, milestone_id: int, by: User, now: datetime) -> Milestone:
    """Note that a milestone is reached. Twice changes nothing.

    Raises NotYourGoal, GoalNotActive, MilestoneGone.
    """
    return _reach(milestone_id, by, at=now)


@transaction.atomic
def reopen_milestone(*, milestone_id: int, by: User) -> Milestone:
    """Note that a milestone is not reached after all. Raises NotYourGoal, GoalNotActive, MilestoneGone."""
    return _reach(milestone_id, by, at=None)


def _reach(milestone_id: int, by: User, *, at: datetime | None) -> Milestone:
    goal, milestone = _lock_own(milestone_id, by)
    _must_be_active(goal)
    if (milestone.reached_at is None) != (at is None):
        milestone.reached_at = at
        milestone.save(update_fields=["reached_at"])
    return milestone


def _make_room(milestone: Milestone, *, to: int) -> int:
    """Move the milestones between the old position and ``to`` by one. Return ``to``."""
    others, here = Milestone.objects.filter(goal=milestone.goal_id), milestone.position
    others.filter(position__gt=here, position__lte=to).update(position=F("position") - 1)
    others.filter(position__gte=to, position__lt=here).update(position=F("position") + 1)
    return to


def _lock_own(milestone_id: int, by: User) -> tuple[Goal, Milestone]:
    """Return a goal, locked, with one of its milestones. Raises NotYourGoal, MilestoneGone."""
    goal_id = Milestone.objects.values_list("goal_id", flat=True).filter(pk=milestone_id).first()
    if goal_id is None:
        raise _gone()
    goal = lock_goal(goal_id)
    if goal.mentee_id != by.pk:
        raise NotYourGoal(_("Only the person whose goal this is can do that."))
    # It may have been removed before the lock was there.
    milestone = goal.milestones.filter(pk=milestone_id).first()
    if milestone is None:
        raise _gone()
    return goal, milestone


def _gone() -> MilestoneGone:
    return MilestoneGone(_("This milestone was removed."))


def _must_be_active(goal: Goal) -> None:
    if goal.status != Goal.Status.ACTIVE:
        raise GoalNotActive(_("This goal is reached or dropped. Take it up again to change its milestones."))
