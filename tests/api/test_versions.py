"""ETag and If-Match: a change of a thing that has changed since it was read is refused."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.models import Profile
from matching.models import HelpRequest
from mentorship.models import Goal, Session
from tests.api.problems import problem
from tests.factories import NOW, GoalFactory, HelpRequestFactory, MilestoneFactory, SessionFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

# The address, a change of the thing by somebody else, a PATCH, and a move.
VERSIONED = ["me", "goal", "help-request", "session"]


@pytest.fixture
def thing(request, alice):
    """Return the address, a change, the body of a PATCH, and the address of a move, of one thing of Alice."""
    if request.param == "me":
        change = lambda: Profile.objects.filter(user=alice).update(bio="Changed")  # noqa: E731
        return "/api/v1/me/", change, {"headline": "Engineer"}, None
    if request.param == "goal":
        goal = GoalFactory(mentee=alice)
        change = lambda: Goal.objects.filter(pk=goal.pk).update(target_role="Changed")  # noqa: E731
        return f"/api/v1/goals/{goal.uuid}/", change, {"target_field": "law"}, "reach/"
    if request.param == "help-request":
        draft = HelpRequestFactory(mentee=alice, status="draft")
        change = lambda: HelpRequest.objects.filter(pk=draft.pk).update(gap="Changed")  # noqa: E731
        return f"/api/v1/help-requests/{draft.uuid}/", change, {"situation": "Postdoc."}, "submit/"
    session = SessionFactory(mentorship__goal__mentee=alice)
    change = lambda: Session.objects.filter(pk=session.pk).update(minutes=45)  # noqa: E731
    return f"/api/v1/sessions/{session.uuid}/", change, {"minutes": 50}, "cancel/"


every_thing = pytest.mark.parametrize("thing", VERSIONED, indirect=True)
every_move = pytest.mark.parametrize("thing", VERSIONED[1:], indirect=True)


@every_thing
def test_a_version_stays_until_the_thing_changes(api, alice, thing):
    path, change, _body, _move = thing
    read = api(alice).get(path)
    again = api(alice).get(path)
    change()

    assert read["ETag"] == again["ETag"] != api(alice).get(path)["ETag"]
    assert "no-store" in read["Cache-Control"]


@every_thing
def test_a_change_of_the_version_that_was_read_is_made(api, alice, thing):
    path, _change, body, _move = thing
    version = api(alice).get(path)["ETag"]

    answer = api(alice).patch(path, body, headers={"If-Match": version})

    assert answer.status_code == 200
    assert answer["ETag"] == api(alice).get(path)["ETag"] != version


@every_thing
def test_a_change_of_an_older_version_is_412_and_changes_nothing(api, alice, thing):
    path, change, body, _move = thing
    version = api(alice).get(path)["ETag"]
    change()
    now = api(alice).get(path).json()

    problem(api(alice).patch(path, body, headers={"If-Match": version}), 412, "changed_since_read")
    assert api(alice).get(path).json() == now


@every_thing
def test_without_a_version_a_change_is_made(api, alice, thing):
    path, change, body, _move = thing
    change()

    assert api(alice).patch(path, body).status_code == 200


@every_move
def test_a_move_of_an_older_version_is_412(api, alice, thing):
    path, change, _body, move = thing
    version = api(alice).get(path)["ETag"]
    change()
    status = api(alice).get(path).json()["status"]

    problem(api(alice).post(path + move, headers={"If-Match": version}), 412, "changed_since_read")
    assert api(alice).get(path).json()["status"] == status


@every_move
def test_a_move_of_the_version_that_was_read_is_made(api, alice, thing):
    path, _change, _body, move = thing
    version = api(alice).get(path)["ETag"]

    answer = api(alice).post(path + move, headers={"If-Match": f'"other", {version}'})

    assert answer.status_code == 200, answer.content


@pytest.mark.parametrize(("version", "status"), [("*", 200), ('W/"weak"', 412), ("no quotes", 412)])
def test_a_star_matches_and_no_other_word(api, alice, version, status):
    goal = GoalFactory(mentee=alice)

    answer = api(alice).patch(f"/api/v1/goals/{goal.uuid}/", {"target_field": "law"}, headers={"If-Match": version})

    assert answer.status_code == status


def test_a_weak_version_does_not_match(api, alice):
    goal = GoalFactory(mentee=alice)
    path = f"/api/v1/goals/{goal.uuid}/"
    weak = "W/" + api(alice).get(path)["ETag"]

    problem(api(alice).patch(path, {"target_field": "law"}, headers={"If-Match": weak}), 412, "changed_since_read")


def test_somebody_elses_goal_is_404_with_a_version(api, charlie, alice):
    goal = GoalFactory(mentee=alice)

    answer = api(charlie).patch(f"/api/v1/goals/{goal.uuid}/", {}, headers={"If-Match": "*"})

    problem(answer, 404, "not_found")


def test_a_list_and_a_part_have_no_version(api, alice):
    goal = MilestoneFactory(goal__mentee=alice).goal

    assert not api(alice).get("/api/v1/goals/").has_header("ETag")
    assert not api(alice).get(f"/api/v1/goals/{goal.uuid}/milestones/").has_header("ETag")


def test_a_key_and_a_version_go_together(api, alice):
    goal = GoalFactory(mentee=alice)
    path = f"/api/v1/goals/{goal.uuid}/"
    headers = {"If-Match": api(alice).get(path)["ETag"], "Idempotency-Key": "k"}
    first = api(alice).post(f"{path}reach/", headers=headers)

    again = api(alice).post(f"{path}reach/", headers=headers)

    assert (first.status_code, again.content) == (200, first.content)


def test_a_place_in_the_queue_that_moves_is_no_change_of_the_request(api, alice):
    first, own = (
        HelpRequestFactory(status="open", queued_at=at, obstacle="no_capacity", **whose)
        for at, whose in ((NOW, {}), (NOW + timedelta(hours=1), {"mentee": alice}))
    )
    path = f"/api/v1/help-requests/{own.uuid}/"
    read = api(alice).get(path)
    HelpRequest.objects.filter(pk=first.pk).update(queued_at=None, obstacle="")
    again = api(alice).get(path)

    assert (read.json()["queue_place"], again.json()["queue_place"]) == (2, 1)
    assert read["ETag"] == again["ETag"]
