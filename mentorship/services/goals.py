"""Stating, changing and settling goals. A settled goal has been read by mentors."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from mentorship.exceptions import GoalSettled
from mentorship.models import Goal


def state_goal(*, mentee: User, fields: Mapping[str, Any]) -> Goal:
    """Store a new goal. Nobody else can read it yet."""
    return Goal.objects.create(mentee=mentee, **fields)


@transaction.atomic
def update_goal(*, goal_id: int, changes: Mapping[str, Any]) -> Goal:
    """Write the fields named in ``changes``.

    Raises GoalSettled if mentors have read the goal, and more than its date would change.
    """
    goal = Goal.objects.select_for_update(of=("self",), no_key=True).select_related("kind").get(pk=goal_id)
    if goal.settled_at is not None and set(changes) - {"by_on"}:
        raise GoalSettled("Mentors read this goal already, so only its date can change. State a new goal instead.")
    for name, value in changes.items():
        setattr(goal, name, value)
    goal.save(update_fields=list(changes))
    return goal


def settle_goal(*, goal_id: int, now: datetime) -> Goal:
    """Record that mentors read the goal from now on. Return the goal, locked. Call it in a transaction."""
    goal = Goal.objects.select_for_update(of=("self",), no_key=True).select_related("kind").get(pk=goal_id)
    if goal.settled_at is None:
        goal.settled_at = now
        goal.save(update_fields=["settled_at"])
    return goal
