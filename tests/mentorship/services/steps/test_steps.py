"""Next steps are added, changed, finished, dropped and opened again, by either of the two."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts.exceptions import MoveNotAllowed
from accounts.models import Block
from mentorship.exceptions import (
    KeptApart,
    MentorshipNotActive,
    MilestoneGone,
    MilestoneOfAnotherGoal,
    NotOneOfTheTwo,
    SessionOfAnotherMentorship,
    StepSettled,
    TooManySteps,
)
from mentorship.models import ActionItem
from mentorship.services.milestones import remove_milestone
from mentorship.services.steps.add import NewStep, add_steps
from mentorship.services.steps.change import change_step
from mentorship.services.steps.checks import OPEN_MAX
from mentorship.services.steps.settle import drop_step, finish_step, reopen_step
from tests.factories import NOW, MentorshipFactory, MilestoneFactory, SessionFactory, StepFactory, UserFactory
from tests.helpers import race

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

HOUR = timedelta(hours=1)
CV = NewStep(whose="mentee", what="Update the CV", by_on=date(2026, 12, 3))
ACTS = [
    lambda step, by: change_step(step_id=step.pk, by=by, changes={"what": "Other"}, now=NOW),
    lambda step, by: finish_step(step_id=step.pk, by=by, now=NOW),
    lambda step, by: drop_step(step_id=step.pk, by=by, now=NOW),
    lambda step, by: add_steps(mentorship_id=step.mentorship_id, by=by, steps=[CV], now=NOW),
]


def both(mentorship):
    return [mentorship.mentee, mentorship.mentor.user]


def add(mentorship, *steps, by=None, now=NOW):
    return add_steps(mentorship_id=mentorship.pk, by=by or mentorship.mentee, steps=steps, now=now)


@pytest.mark.parametrize("whose", ["mentee", "mentor"])
@pytest.mark.parametrize("side", [0, 1])
def test_either_adds_a_step_for_either(side, whose):
    mentorship = MentorshipFactory()
    by = both(mentorship)[side]

    [step] = add(mentorship, NewStep(whose=whose, what="Write to Ada"), by=by)

    step.refresh_from_db()
    assert (step.whose, step.what, step.status, step.created_by, step.by_on) == (
        whose,
        "Write to Ada",
        "open",
        by,
        None,
    )
    assert step.owner == both(mentorship)[whose == "mentor"]


def test_a_step_names_its_milestone_and_its_session():
    mentorship = MentorshipFactory()
    milestone, session = MilestoneFactory(goal=mentorship.goal), SessionFactory(mentorship=mentorship, status="held")

    [step] = add(mentorship, NewStep(whose="mentee", what="Write", milestone=milestone, session=session))

    assert (step.milestone, step.session) == (milestone, session)


def test_the_same_step_twice_is_one():
    mentorship = MentorshipFactory()

    assert add(mentorship, CV) == add(mentorship, CV, by=mentorship.mentor.user)

    assert mentorship.steps.count() == 1


def test_a_step_that_was_done_may_come_again():
    mentorship = MentorshipFactory()
    [first] = add(mentorship, CV)
    finish_step(step_id=first.pk, by=mentorship.mentee, now=NOW)

    assert add(mentorship, CV) != [first]


def test_steps_are_added_all_or_none():
    mentorship = MentorshipFactory()
    foreign = NewStep(whose="mentee", what="Write", milestone=MilestoneFactory())

    with pytest.raises(MilestoneOfAnotherGoal):
        add(mentorship, CV, foreign)

    assert not mentorship.steps.exists()


def test_a_session_of_another_mentorship_is_refused():
    with pytest.raises(SessionOfAnotherMentorship):
        add(MentorshipFactory(), NewStep(whose="mentee", what="Write", session=SessionFactory()))


def test_open_steps_have_a_limit():
    mentorship = MentorshipFactory()
    StepFactory.create_batch(OPEN_MAX - 1, mentorship=mentorship)
    done = StepFactory(mentorship=mentorship, status="done")
    add(mentorship, CV)

    with pytest.raises(TooManySteps):
        add(mentorship, NewStep(whose="mentor", what="One more"))
    with pytest.raises(TooManySteps):
        reopen_step(step_id=done.pk, by=mentorship.mentee, now=NOW)


@pytest.mark.django_db(transaction=True)
def test_two_at_once_do_not_exceed_the_limit():
    mentorship = MentorshipFactory()
    StepFactory.create_batch(OPEN_MAX - 1, mentorship=mentorship)

    rival = race(
        lambda: add(mentorship, CV),
        lambda: add(mentorship, NewStep(whose="mentor", what="One more"), by=mentorship.mentor.user),
    )

    with pytest.raises(TooManySteps):
        rival.finish()


@pytest.mark.django_db(transaction=True)
def test_a_milestone_that_is_removed_meanwhile_is_no_error():
    mentorship = MentorshipFactory()
    milestone = MilestoneFactory(goal=mentorship.goal)

    rival = race(
        lambda: add(mentorship, NewStep(whose="mentee", what="Write", milestone=milestone)),
        lambda: remove_milestone(milestone_id=milestone.pk, by=mentorship.mentee),
    )
    rival.finish()

    assert mentorship.steps.get().milestone is None


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "act",
    [
        lambda step, milestone: add(step.mentorship, NewStep(whose="mentee", what="Write", milestone=milestone)),
        lambda step, milestone: change_step(
            step_id=step.pk, by=step.mentorship.mentee, changes={"milestone": milestone}, now=NOW
        ),
    ],
)
def test_a_step_cannot_get_a_milestone_that_is_removed_meanwhile(act):
    step = StepFactory()
    milestone = MilestoneFactory(goal=step.mentorship.goal)

    rival = race(
        lambda: remove_milestone(milestone_id=milestone.pk, by=step.mentorship.mentee), lambda: act(step, milestone)
    )

    with pytest.raises(MilestoneGone):
        rival.finish()


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("side", [0, 1])
def test_each_act_is_for_the_two(act, side):
    step = StepFactory()

    act(step, both(step.mentorship)[side])
    with pytest.raises(NotOneOfTheTwo):
        act(StepFactory(), UserFactory())


@pytest.mark.parametrize("act", ACTS)
def test_after_the_end_nothing_changes(act):
    step = StepFactory(mentorship__status="completed")

    with pytest.raises(MentorshipNotActive):
        act(step, step.mentorship.mentee)


@pytest.mark.parametrize("act", ACTS)
def test_no_new_words_pass_after_a_block(act):
    step = StepFactory()
    Block.objects.create(blocker=step.mentorship.mentor.user, blocked=step.mentorship.mentee)

    with pytest.raises(KeptApart):
        act(step, step.mentorship.mentee)


@pytest.mark.parametrize("act", ACTS)
def test_nothing_is_written_to_somebody_who_left(act):
    step = StepFactory(mentorship__mentor__user__is_active=False)

    with pytest.raises(KeptApart):
        act(step, step.mentorship.mentee)


def test_steps_may_change_in_a_pause():
    step = StepFactory(mentorship__status="paused")

    assert finish_step(step_id=step.pk, by=step.mentorship.mentee, now=NOW).status == "done"


def test_a_finished_step_says_when_and_by_whom():
    step = StepFactory()

    finish_step(step_id=step.pk, by=step.mentorship.mentor.user, now=NOW)

    step.refresh_from_db()
    assert (step.status, step.done_at, step.settled_by) == ("done", NOW, step.mentorship.mentor.user)


def test_a_dropped_step_has_no_time_of_success():
    step = StepFactory()

    drop_step(step_id=step.pk, by=step.mentorship.mentee, now=NOW)

    step.refresh_from_db()
    assert (step.status, step.done_at, step.settled_by) == ("dropped", None, step.mentorship.mentee)


@pytest.mark.parametrize("status", ["done", "dropped"])
def test_a_settled_step_is_opened_again(status):
    step = StepFactory(status=status)

    reopen_step(step_id=step.pk, by=step.mentorship.mentee, now=NOW)

    step.refresh_from_db()
    assert (step.status, step.done_at, step.settled_by) == ("open", None, None)


@pytest.mark.parametrize(
    ("status", "act"), [("done", drop_step), ("done", finish_step), ("dropped", finish_step), ("open", reopen_step)]
)
def test_other_moves_are_refused(status, act):
    step = StepFactory(status=status)

    with pytest.raises(MoveNotAllowed):
        act(step_id=step.pk, by=step.mentorship.mentee, now=NOW)


def test_a_settled_step_does_not_change():
    step = StepFactory(status="done")

    with pytest.raises(StepSettled, match="done"):
        change_step(step_id=step.pk, by=step.mentorship.mentee, changes={"what": "Other"}, now=NOW)


def test_a_change_names_a_milestone_of_the_goal_only():
    step = StepFactory()

    with pytest.raises(MilestoneOfAnotherGoal):
        change_step(step_id=step.pk, by=step.mentorship.mentee, changes={"milestone": MilestoneFactory()}, now=NOW)


@pytest.mark.parametrize(
    "wrong",
    [{"whose": "admin"}, {"status": "lost"}, {"what": ""}, {"status": "done"}, {"done_at": NOW}],
)
def test_the_database_refuses_a_step_that_cannot_be(wrong):
    step = StepFactory()

    with pytest.raises(IntegrityError), transaction.atomic():
        ActionItem.objects.filter(pk=step.pk).update(**wrong)


def test_an_open_step_is_settled_by_nobody():
    step = StepFactory()

    with pytest.raises(IntegrityError), transaction.atomic():
        ActionItem.objects.filter(pk=step.pk).update(settled_by=step.mentorship.mentee)
