"""Next steps and milestones by API."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Block
from tests.api.problems import place
from tests.factories import GoalFactory, MilestoneFactory, SessionFactory, StepFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

TODAY = timezone.localdate()
SOON = (TODAY + timedelta(days=3)).isoformat()
PAST = (TODAY - timedelta(days=2)).isoformat()


def steps(api, person, mentorship, **body):
    client, address = api(person), f"/api/v1/mentorships/{mentorship.uuid}/steps/"
    return client.post(address, body) if body else client.get(address)


def faults(answer) -> dict[str, str]:
    assert answer.status_code == 400
    return {place(error): error["detail"] for error in answer.json()["errors"]}


def test_a_step_is_added_and_read_by_both(api, alice, bob, mentorship):
    milestone = MilestoneFactory(goal=mentorship.goal)
    session = SessionFactory(mentorship=mentorship)
    body = {
        "whose": "mentee",
        "what": "Update the CV",
        "by": SOON,
        "milestone": str(milestone.uuid),
        "session": str(session.uuid),
    }

    answer = steps(api, bob, mentorship, **body)

    assert answer.status_code == 201
    shown = answer.json()
    assert body.items() <= shown.items()
    assert (shown["status"], shown["done_at"], shown["settled_by"]) == ("open", None, None)
    assert shown["mentorship"] == str(mentorship.uuid)
    assert steps(api, alice, mentorship).json()["results"] == [shown]
    assert api(alice).get(f"/api/v1/steps/{shown['uuid']}/").json() == shown


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"by": PAST}, "by"),
        ({"by": "9999-12-31"}, "by"),
        ({"what": " "}, "what"),
        ({"what": "x" * 201}, "what"),
        ({"whose": "both"}, "whose"),
        ({"milestone": "00000000-0000-4000-8000-000000000000"}, "milestone"),
    ],
)
def test_a_wrong_step_names_its_field(body, field, api, alice, mentorship):
    answer = steps(api, alice, mentorship, **{"whose": "mentee", "what": "Write"} | body)

    assert list(faults(answer)) == [field]


def test_a_milestone_or_a_session_of_others_is_unknown(api, alice, mentorship):
    body = {"milestone": str(MilestoneFactory().uuid), "session": str(SessionFactory().uuid)}

    answer = steps(api, alice, mentorship, whose="mentee", what="Write", **body)

    assert set(faults(answer)) == {"milestone", "session"}


def test_a_step_is_changed_finished_and_opened_again(api, alice, bob, mentorship):
    step = StepFactory(mentorship=mentorship)
    address = f"/api/v1/steps/{step.uuid}/"

    assert api(alice).patch(address, {"by": SOON, "whose": "mentor"}).json()["by"] == SOON
    done = api(bob).post(f"{address}finish/").json()
    assert (done["status"], done["settled_by"], done["whose"]) == ("done", "mentor", "mentor")
    assert done["done_at"] is not None
    again = api(alice).post(f"{address}reopen/").json()
    assert (again["status"], again["done_at"], again["settled_by"]) == ("open", None, None)
    dropped = api(alice).post(f"{address}drop/").json()
    assert (dropped["status"], dropped["settled_by"]) == ("dropped", "mentee")
    refused = api(alice).patch(address, {"what": "Other"})
    assert (refused.status_code, refused.json()["code"]) == (409, "step_settled")


def test_a_day_that_has_passed_may_be_sent_back(api, alice, mentorship):
    step = StepFactory(mentorship=mentorship, by_on=TODAY - timedelta(days=2))

    answer = api(alice).patch(f"/api/v1/steps/{step.uuid}/", {"what": "Other", "by": PAST})

    assert answer.status_code == 200


def test_after_a_block_neither_reads_nor_adds_steps(api, alice, bob, mentorship):
    step = StepFactory(mentorship=mentorship)
    Block.objects.create(blocker=bob, blocked=alice)

    for person in (alice, bob):
        assert steps(api, person, mentorship).json()["results"] == []
        assert api(person).get(f"/api/v1/steps/{step.uuid}/").status_code == 404
        assert api(person).get(f"/api/v1/mentorships/{mentorship.uuid}/").json()["progress"] is None
        assert steps(api, person, mentorship, whose="mentee", what="Write").json()["code"] == "kept_apart"


def test_progress_counts_what_was_not_dropped(api, alice, mentorship):
    StepFactory(mentorship=mentorship, status="done")
    StepFactory(mentorship=mentorship, status="dropped")
    StepFactory(mentorship=mentorship)
    following = StepFactory(mentorship=mentorship, whose="mentor", by_on=TODAY)
    MilestoneFactory(goal=mentorship.goal, reached_at=timezone.now())
    MilestoneFactory(goal=mentorship.goal)

    progress = api(alice).get(f"/api/v1/mentorships/{mentorship.uuid}/").json()["progress"]

    assert progress.pop("next")["uuid"] == str(following.uuid)
    assert progress == {"steps": 3, "done": 1, "milestones": 2, "reached": 1, "next_is_mine": False}


def test_progress_before_the_first_step(api, alice, mentorship):
    progress = api(alice).get(f"/api/v1/mentorships/{mentorship.uuid}/").json()["progress"]

    assert progress == {"steps": 0, "done": 0, "milestones": 0, "reached": 0, "next": None, "next_is_mine": False}


@pytest.mark.parametrize("rows", [1, 3])
def test_the_number_of_queries_does_not_grow(rows, api, alice, mentorship, django_assert_num_queries):
    session = SessionFactory(mentorship=mentorship)
    for _ in range(rows):
        milestone = MilestoneFactory(goal=mentorship.goal)
        StepFactory(mentorship=mentorship, milestone=milestone, session=session, status="done")
        StepFactory(mentorship=mentorship, milestone=milestone, session=session)
    client = api(alice)

    with django_assert_num_queries(3):
        client.get(f"/api/v1/mentorships/{mentorship.uuid}/steps/")
    with django_assert_num_queries(4):
        client.get(f"/api/v1/mentorships/{mentorship.uuid}/")
    with django_assert_num_queries(2):
        client.get(f"/api/v1/goals/{mentorship.goal.uuid}/milestones/")


# --- Milestones -------------------------------------------------------------------------------------------


def milestones(api, person, goal, **body):
    client, address = api(person), f"/api/v1/goals/{goal.uuid}/milestones/"
    return client.post(address, body) if body else client.get(address)


def test_the_mentee_adds_orders_reaches_and_removes_milestones(api, alice):
    goal = GoalFactory(mentee=alice)
    first, second = (milestones(api, alice, goal, title=title, by=SOON).json() for title in "AB")
    assert (first["position"], second["position"], second["by"], second["goal"]) == (1, 2, SOON, str(goal.uuid))
    address = f"/api/v1/milestones/{second['uuid']}/"

    assert api(alice).patch(address, {"position": 1, "title": "C"}).json()["position"] == 1
    assert api(alice).post(f"{address}reach/").json()["reached_at"] is not None
    assert api(alice).post(f"{address}reopen/").json()["reached_at"] is None
    assert [row["title"] for row in milestones(api, alice, goal).json()["results"]] == ["C", "A"]
    assert api(alice).delete(address).status_code == 204
    assert [row["position"] for row in milestones(api, alice, goal).json()["results"]] == [1]


def test_the_mentor_reads_and_adds_while_the_mentorship_runs(api, bob, mentorship):
    added = milestones(api, bob, mentorship.goal, title="Three interviews")

    assert added.status_code == 201
    assert milestones(api, bob, mentorship.goal).json()["results"] == [added.json()]
    refused = api(bob).delete(f"/api/v1/milestones/{added.json()['uuid']}/")
    assert (refused.status_code, refused.json()["code"]) == (403, "not_your_goal")
    mentorship.move_to("completed", at=timezone.now())
    assert milestones(api, bob, mentorship.goal).status_code == 404
    assert milestones(api, bob, mentorship.goal, title="Another").status_code == 404


@pytest.mark.parametrize("position", [0, 13, "1", 1.5])
def test_a_position_is_a_whole_number_from_1_to_12(position, api, alice):
    milestone = MilestoneFactory(goal__mentee=alice)

    answer = api(alice).patch(f"/api/v1/milestones/{milestone.uuid}/", {"position": position})

    assert list(faults(answer)) == ["position"]
