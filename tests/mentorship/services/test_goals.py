"""The state of a goal: reached, dropped, taken up again, by its owner."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts.exceptions import MoveNotAllowed
from accounts.locks import lock_profile
from matching.jobs.close import withdraw_without_goal
from matching.models import HelpRequest
from matching.services.submit import submit_help_request
from mentorship.exceptions import GoalNotActive, GoalStatedAlready, NotYourGoal
from mentorship.models import Goal
from mentorship.services.goals import drop_goal, reach_goal, state_goal, take_up_goal
from tests.factories import NOW, GoalFactory, HelpRequestFactory, MatchFactory, MentorshipFactory
from tests.helpers import Rival, kinds, statuses_after
from tests.moves import end

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]


@pytest.mark.parametrize(
    ("status", "next_ones"),
    [("active", {"reached", "dropped"}), ("reached", {"active"}), ("dropped", {"active"})],
)
def test_the_moves_of_a_goal(status, next_ones):
    goal = GoalFactory(status=status, ended_at=None if status == "active" else NOW)

    assert statuses_after(goal) == next_ones


@pytest.mark.parametrize(
    ("move", "before", "after"),
    [(reach_goal, "active", "reached"), (drop_goal, "active", "dropped"), (take_up_goal, "dropped", "active")],
)
def test_its_owner_moves_a_goal(move, before, after, alice):
    goal = GoalFactory(mentee=alice, status=before, ended_at=None if before == "active" else NOW)

    move(goal_id=goal.pk, by=alice, now=NOW)

    goal.refresh_from_db()
    assert (goal.status, goal.ended_at) == (after, None if after == "active" else NOW)


@pytest.mark.parametrize("move", [reach_goal, drop_goal, take_up_goal])
def test_nobody_else_moves_a_goal(move, charlie):
    goal = GoalFactory()

    with pytest.raises(NotYourGoal):
        move(goal_id=goal.pk, by=charlie, now=NOW)

    assert Goal.objects.get().status == "active"


def test_a_goal_is_reached_once(alice):
    goal = GoalFactory(mentee=alice)
    reach_goal(goal_id=goal.pk, by=alice, now=NOW)

    with pytest.raises(MoveNotAllowed):
        reach_goal(goal_id=goal.pk, by=alice, now=NOW + timedelta(days=1))


def test_the_database_knows_when_a_goal_ended():
    with pytest.raises(IntegrityError), transaction.atomic():
        GoalFactory(status="reached")


def test_a_mentorship_that_reached_its_goal_settles_the_goal(mentorship):
    end(mentorship, status="completed", reason="goal_reached")

    mentorship.goal.refresh_from_db()
    assert (mentorship.goal.status, mentorship.goal.ended_at) == ("reached", NOW)


def test_any_other_end_leaves_the_goal_as_it_is(mentorship):
    end(mentorship, status="completed", reason="helped_enough")

    mentorship.goal.refresh_from_db()
    assert mentorship.goal.status == "active"


@pytest.fixture
def mentorship():
    return MentorshipFactory()


def test_no_request_is_submitted_for_a_goal_that_is_not_active(alice):
    goal = GoalFactory(mentee=alice, status="dropped", ended_at=NOW)
    draft = HelpRequestFactory(mentee=alice, goal=goal, status="draft")

    with pytest.raises(GoalNotActive, match="dropped"):
        submit_help_request(help_request_id=draft.pk, now=NOW)


def test_open_requests_of_a_dropped_goal_are_withdrawn_and_mentors_are_told(alice):
    match = MatchFactory(status="asked", help_request__mentee=alice)
    other = HelpRequestFactory(mentee=alice)
    drop_goal(goal_id=match.help_request.goal_id, by=alice, now=NOW)

    assert withdraw_without_goal(now=NOW) == 1
    assert withdraw_without_goal(now=NOW) == 0

    statuses = dict(HelpRequest.objects.values_list("pk", "status"))
    assert statuses == {match.help_request_id: "withdrawn", other.pk: "open"}
    assert kinds(match.mentor.user) == ["match_withdrawn"]


def test_by_the_api_a_goal_is_reached_and_taken_up(api, alice):
    goal = GoalFactory(mentee=alice)
    client = api(alice)

    assert client.post(f"/api/v1/goals/{goal.uuid}/reach/").json()["status"] == "reached"
    assert client.post(f"/api/v1/goals/{goal.uuid}/take-up/").json()["status"] == "active"
    assert client.post(f"/api/v1/goals/{goal.uuid}/drop/").json()["status"] == "dropped"


@pytest.mark.django_db(transaction=True)
def test_taking_up_a_goal_while_its_twin_is_stated_ends_without_a_deadlock(alice):
    dropped = GoalFactory(mentee=alice, status="dropped", ended_at=NOW)
    twin = {"kind": dropped.kind, "target_role": dropped.target_role, "target_field": dropped.target_field}

    with transaction.atomic():
        lock_profile(alice.pk)
        rival = Rival(lambda: take_up_goal(goal_id=dropped.pk, by=alice, now=NOW))
        rival.wait_until_blocked()
        state_goal(mentee=alice, fields=twin)

    with pytest.raises(GoalStatedAlready):
        rival.finish()
    assert list(Goal.objects.order_by("pk").values_list("status", flat=True)) == ["dropped", "active"]
