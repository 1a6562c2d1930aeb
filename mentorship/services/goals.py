"""Stating, changing and settling goals. A settled goal has been read by mentors."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.locks import lock_beginner
from accounts.models import User
from mentorship.exceptions import GoalSettled, GoalStatedAlready, NotYourGoal, TooManyGoals
from mentorship.locks import lock_goal
from mentorship.models import Goal
from mentorship.selectors.mentorships import twins_of

# More goals at once are a mistake of a program, or a flood.
ACTIVE_GOALS_MAX = 20


@transaction.atomic
def state_goal(*, mentee: User, fields: Mapping[str, Any]) -> Goal:
    """Store a new goal. Nobody else can read it yet.

    Raises GoalStatedAlready if an active twin exists, TooManyGoals at the limit.
    """
    _must_have_room(mentee.pk)
    goal = Goal(mentee=mentee, **fields)
    with one_among_twins(goal):
        goal.save()
    return goal


@contextmanager
def one_among_twins(goal: Goal) -> Iterator[None]:
    """Raise GoalStatedAlready if saving ``goal`` would make a second active twin. The constraint decides."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        twin = twins_of(goal).filter(status=Goal.Status.ACTIVE).exclude(pk=goal.pk).first()
        if twin is None:
            raise
        raise GoalStatedAlready(twin.uuid) from error


@transaction.atomic
def update_goal(*, goal_id: int, changes: Mapping[str, Any]) -> Goal:
    """Write the fields named in ``changes``.

    Raises GoalSettled if mentors have read the goal, and more than its date would change. Raises GoalStatedAlready if
    the goal would become the twin of an active one.
    """
    goal = lock_goal(goal_id)
    if goal.settled_at is not None and set(changes) - {"by_on"}:
        raise GoalSettled(_("Mentors read this goal already, so only its date can change. State a new goal instead."))
    for name, value in changes.items():
        setattr(goal, name, value)
    with one_among_twins(goal):
        goal.save(update_fields=list(changes))
    return goal


def settle_goal(*, goal_id: int, now: datetime) -> Goal:
    """Record that mentors read the goal from now on. Return the goal, locked. Call it in a transaction."""
    goal = lock_goal(goal_id)
    if goal.settled_at is None:
        goal.settled_at = now
        goal.save(update_fields=["settled_at"])
    return goal


@transaction.atomic
def reach_goal(*, goal_id: int, by: User, now: datetime) -> Goal:
    """Note that the goal is reached. Raises NotYourGoal, MoveNotAllowed unless it is active."""
    return _move(_lock_own(goal_id, by), Goal.Status.REACHED, now)


@transaction.atomic
def drop_goal(*, goal_id: int, by: User, now: datetime) -> Goal:
    """Note that the mentee gave the goal up. Raises NotYourGoal, MoveNotAllowed unless it is active."""
    return _move(_lock_own(goal_id, by), Goal.Status.DROPPED, now)


@transaction.atomic
def take_up_goal(*, goal_id: int, by: User, now: datetime) -> Goal:
    """Pursue a goal again that was reached or dropped.

    Raises NotYourGoal, MoveNotAllowed if it is active, GoalStatedAlready if an active twin exists, TooManyGoals at the
    limit.
    """
    goal = _lock_own(goal_id, by)
    goal.must_allow(Goal.Status.ACTIVE)
    # The lock comes before the change: a twin that is being stated holds it, and waits for a change of this row.
    _must_have_room(by.pk)
    return _move(goal, Goal.Status.ACTIVE, now)


def _must_have_room(mentee_id: int) -> None:
    """Raise TooManyGoals at the limit. The mentee's lock makes two at once count one after the other."""
    lock_beginner(mentee_id)
    if Goal.objects.filter(mentee=mentee_id, status=Goal.Status.ACTIVE).count() >= ACTIVE_GOALS_MAX:
        raise TooManyGoals(
            ngettext(
                "You have %(number)s active goal, which is the limit. Say of it that it is reached or dropped, then "
                "state this one.",
                "You have %(number)s active goals, which is the limit. Say of one that it is reached or dropped, then "
                "state this one.",
                ACTIVE_GOALS_MAX,
            )
            % {"number": ACTIVE_GOALS_MAX}
        )


def _lock_own(goal_id: int, by: User) -> Goal:
    """Return the goal, locked. Raises NotYourGoal."""
    goal = lock_goal(goal_id)
    if goal.mentee_id != by.pk:
        raise NotYourGoal(_("Only the person whose goal this is can do that."))
    return goal


def _move(goal: Goal, status: Goal.Status, now: datetime) -> Goal:
    with one_among_twins(goal):
        goal.move_to(status, at=now)
    return goal
