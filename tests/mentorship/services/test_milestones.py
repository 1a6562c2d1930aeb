"""Milestones of a goal: added, ordered, changed, reached and removed."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.models import Block
from mentorship.exceptions import GoalNotActive, MilestoneGone, NotYourGoal, TooManyMilestones
from mentorship.models import Milestone
from mentorship.models.milestone import MILESTONES_MAX
from mentorship.services.milestones import (
    add_milestone,
    change_milestone,
    reach_milestone,
    remove_milestone,
    reopen_milestone,
)
from tests.factories import NOW, GoalFactory, MentorshipFactory, MilestoneFactory, StepFactory
from tests.helpers import race

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]


def add(goal, title="Three interviews", *, by=None, by_on=None):
    return add_milestone(goal_id=goal.pk, by=by or goal.mentee, title=title, by_on=by_on, now=NOW)


@pytest.fixture
def goal(alice):
    return GoalFactory(mentee=alice)


@pytest.fixture
def rows(goal):
    return [MilestoneFactory(goal=goal, title=title) for title in "ABCD"]


def titles(goal) -> str:
    found = list(goal.milestones.order_by("position"))
    assert [row.position for row in found] == list(range(1, len(found) + 1))
    return "".join(row.title for row in found)


def test_a_milestone_is_added_at_the_end(goal):
    first, second = add(goal, "A"), add(goal, "B", by_on=date(2027, 3, 1))

    assert (first.position, second.position, second.by_on) == (1, 2, date(2027, 3, 1))
    assert titles(goal) == "AB"


def test_the_same_milestone_twice_is_one(goal):
    assert add(goal) == add(goal)


def test_milestones_have_a_limit(goal):
    MilestoneFactory.create_batch(MILESTONES_MAX, goal=goal)

    with pytest.raises(TooManyMilestones):
        add(goal)


@pytest.mark.django_db(transaction=True)
def test_two_at_once_have_two_positions(goal):
    race(lambda: add(goal, "A"), lambda: add(goal, "B")).finish()

    assert titles(goal) == "AB"


def test_the_mentor_of_a_running_mentorship_adds_but_does_not_change(goal, bob):
    MentorshipFactory(goal=goal, mentor=bob.mentor)

    milestone = add(goal, by=bob)

    with pytest.raises(NotYourGoal):
        remove_milestone(milestone_id=milestone.pk, by=bob)
    with pytest.raises(NotYourGoal):
        change_milestone(milestone_id=milestone.pk, by=bob, changes={"title": "Other"})
    with pytest.raises(NotYourGoal):
        reach_milestone(milestone_id=milestone.pk, by=bob, now=NOW)
    assert goal.milestones.get().title == milestone.title


@pytest.mark.parametrize("why", ["no mentorship", "over", "blocked", "the mentee left"])
def test_nobody_else_adds_one(why, goal, alice, bob):
    if why != "no mentorship":
        MentorshipFactory(goal=goal, mentor=bob.mentor, status="completed" if why == "over" else "active")
    if why == "blocked":
        Block.objects.create(blocker=alice, blocked=bob)
    if why == "the mentee left":
        alice.is_active = False
        alice.save()

    with pytest.raises(NotYourGoal):
        add(goal, by=bob)


@pytest.mark.parametrize(
    ("which", "position", "after"),
    [(0, 2, "BACD"), (0, 4, "BCDA"), (3, 1, "DABC"), (2, 2, "ACBD"), (1, 2, "ABCD"), (1, 12, "ACDB")],
)
def test_a_milestone_moves_and_the_others_make_room(which, position, after, goal, rows):
    change_milestone(milestone_id=rows[which].pk, by=goal.mentee, changes={"position": position})

    assert titles(goal) == after


def test_a_removed_milestone_leaves_no_gap_and_its_steps_stay(goal, rows):
    step = StepFactory(mentorship=MentorshipFactory(goal=goal), milestone=rows[1])

    remove_milestone(milestone_id=rows[1].pk, by=goal.mentee)

    step.refresh_from_db()
    assert titles(goal) == "ACD"
    assert step.milestone is None


@pytest.mark.django_db(transaction=True)
def test_a_milestone_that_was_removed_meanwhile_is_gone(goal, rows):
    rival = race(
        lambda: remove_milestone(milestone_id=rows[0].pk, by=goal.mentee),
        lambda: change_milestone(milestone_id=rows[0].pk, by=goal.mentee, changes={"position": 3}),
    )

    with pytest.raises(MilestoneGone):
        rival.finish()
    assert titles(goal) == "BCD"


def test_a_milestone_is_reached_once_and_opened_again(goal, rows):
    reach_milestone(milestone_id=rows[0].pk, by=goal.mentee, now=NOW)
    assert reach_milestone(milestone_id=rows[0].pk, by=goal.mentee, now=NOW.replace(year=2027)).reached_at == NOW

    assert reopen_milestone(milestone_id=rows[0].pk, by=goal.mentee).reached_at is None


@pytest.mark.parametrize("status", ["reached", "dropped"])
def test_a_goal_that_is_over_keeps_its_milestones(status, goal, rows):
    goal.move_to(status, at=NOW)

    with pytest.raises(GoalNotActive):
        add(goal)
    with pytest.raises(GoalNotActive):
        remove_milestone(milestone_id=rows[0].pk, by=goal.mentee)


def test_two_milestones_never_share_a_position(goal, rows):
    with transaction.atomic():
        Milestone.objects.filter(pk=rows[0].pk).update(position=2)

        with pytest.raises(IntegrityError), connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        transaction.set_rollback(True)


def test_a_position_is_1_to_12(rows):
    with pytest.raises(IntegrityError), transaction.atomic():
        Milestone.objects.filter(pk=rows[0].pk).update(position=MILESTONES_MAX + 1)
