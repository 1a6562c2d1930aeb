"""Two requests at once with one Idempotency-Key, or with one version."""

from __future__ import annotations

import pytest
from django.db import transaction

from mentorship.locks import lock_goal
from mentorship.models import Goal
from tests.api.problems import problem
from tests.factories import GoalFactory
from tests.helpers import Rival

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("rung")]

KEY = {"Idempotency-Key": "one-key"}


@pytest.fixture
def goal(alice):
    return GoalFactory(mentee=alice)


def test_a_second_request_with_the_key_is_409_while_the_first_one_runs(api, alice, goal):
    path = f"/api/v1/goals/{goal.uuid}/reach/"
    client = api(alice)
    with transaction.atomic():
        lock_goal(goal.pk)
        first = Rival(lambda: api(alice).post(path, headers=KEY))
        first.wait_until_blocked()

        problem(client.post(path, headers=KEY), 409, "idempotency_key_in_use")

    answer = first.finish()
    assert answer.status_code == 200
    assert client.post(path, headers=KEY).content == answer.content
    problem(client.post(path), 409, "move_not_allowed")


def test_a_second_change_of_one_version_waits_and_is_412(api, alice, goal):
    path = f"/api/v1/goals/{goal.uuid}/"
    version = {"If-Match": api(alice).get(path)["ETag"]}
    with transaction.atomic():
        lock_goal(goal.pk)
        second = Rival(lambda: api(alice).patch(path, {"target_role": "Second"}, headers=version))
        second.wait_until_blocked()
        Goal.objects.filter(pk=goal.pk).update(target_role="First")

    problem(second.finish(), 412, "changed_since_read")
    goal.refresh_from_db()
    assert goal.target_role == "First"
