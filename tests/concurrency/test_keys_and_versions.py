"""Two requests at once with one Idempotency-Key, or with one version."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import transaction
from django.db.models import QuerySet

from accounts.locks import lock_profile
from accounts.models import Profile, User
from matching.locks import lock_request
from matching.models import HelpRequest
from mentorship.locks import lock_goal, lock_session
from mentorship.models import Goal, Session
from tests.api.problems import problem
from tests.factories import GoalFactory, HelpRequestFactory, SessionFactory
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


@dataclass(frozen=True)
class Versioned:
    """A thing with versions: its address, the lock of its services, a first change, and the body of a second one."""

    path: str
    lock: Callable[[], object]
    rows: QuerySet[Any]
    first: dict[str, Any]
    second: dict[str, Any]


def versioned(kind: str, person: User) -> Versioned:
    if kind == "me":
        rows = Profile.objects.filter(user=person)
        return Versioned(
            "/api/v1/me/", lambda: lock_profile(person.pk), rows, {"headline": "First"}, {"headline": "Second"}
        )
    if kind == "goal":
        goal = GoalFactory(mentee=person)
        return Versioned(
            f"/api/v1/goals/{goal.uuid}/",
            lambda: lock_goal(goal.pk),
            Goal.objects.filter(pk=goal.pk),
            {"target_role": "First"},
            {"target_role": "Second"},
        )
    if kind == "help-request":
        draft = HelpRequestFactory(mentee=person, status="draft")
        return Versioned(
            f"/api/v1/help-requests/{draft.uuid}/",
            lambda: lock_request(draft.pk),
            HelpRequest.objects.filter(pk=draft.pk),
            {"gap": "First"},
            {"gap": "Second"},
        )
    session = SessionFactory(mentorship__goal__mentee=person)
    return Versioned(
        f"/api/v1/sessions/{session.uuid}/",
        lambda: lock_session(session.pk, by=person),
        Session.objects.filter(pk=session.pk),
        {"minutes": 40},
        {"minutes": 50},
    )


@pytest.mark.parametrize("kind", ["me", "goal", "help-request", "session"])
def test_a_second_change_of_one_version_waits_and_is_412(kind, api, alice):
    thing = versioned(kind, alice)
    version = {"If-Match": api(alice).get(thing.path)["ETag"]}
    with transaction.atomic():
        thing.lock()
        second = Rival(lambda: api(alice).patch(thing.path, thing.second, headers=version))
        second.wait_until_blocked()
        thing.rows.update(**thing.first)

    problem(second.finish(), 412, "changed_since_read")
    assert thing.rows.values(*thing.first).get() == thing.first
