"""A field that does not exist is refused by name, at every depth of every body."""

from __future__ import annotations

import importlib
import pkgutil

import pytest
from rest_framework import serializers

import accounts
import matching
import mentorship
from accounts.fields import StrictMixin
from tests.api.bodies import address_of, nested, parts, resolved, writes
from tests.api.problems import COMPLETE, faults, place, problem
from tests.factories import GoalFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

BODIES = [pytest.param(method, path, id=f"{method} {path}") for method, path, body in writes() if body]
OBJECTS = [
    (method, path, names if part.get("type") == "object" else (*names, "0"))
    for method, path, body in writes()
    if body
    for names, part in parts(body)
    if part.get("type") == "object" or (part.get("type") == "array" and "properties" in resolved(part["items"]))
]


@pytest.mark.parametrize(("method", "path"), BODIES)
def test_an_unknown_field_of_a_body_is_refused(method, path, api, bob):
    bob.give_role("owner")
    bob.save()

    response = getattr(api(bob), method)(address_of(path, bob), {"surplus": 1})

    assert "surplus" in faults(response)


def test_an_unknown_field_of_an_inner_object_is_refused(api, bob, subtests):
    for method, path, names in OBJECTS:
        with subtests.test(method=method, path=path, names=".".join(names)):
            bob.give_role("owner")
            bob.save()

            response = getattr(api(bob), method)(address_of(path, bob), nested((*names, "surplus"), 1))

            assert ".".join((*names, "surplus")) in faults(response)


def test_objects_inside_of_bodies_are_found():
    assert {".".join(names) for _, _, names in OBJECTS} >= {
        "rate",
        "max_rate",
        "languages.0",
        "career.0",
        "availability.0",
        "groups.0",
    }


def test_every_serializer_is_strict():
    for app in (accounts, mentorship, matching):
        for module in pkgutil.walk_packages(app.__path__, f"{app.__name__}."):
            if ".serializers" in module.name:
                importlib.import_module(module.name)

    def all_below(parent):
        for child in parent.__subclasses__():
            yield child
            yield from all_below(child)

    ours = [
        found
        for found in all_below(serializers.Serializer)
        if found.__module__.split(".")[0] in ("accounts", "mentorship", "matching")
    ]
    assert len(ours) > 20
    assert [found for found in ours if not issubclass(found, StrictMixin)] == []


def test_a_change_with_an_unknown_field_changes_nothing(api, bob):
    response = api(bob).patch("/api/v1/me/mentor/", {"capacity": 7, "goal_kinds": ["promotion"]})

    [fault] = problem(response, 400, "invalid")["errors"]
    assert (place(fault), fault["code"]) == ("goal_kinds", "unknown_field")
    assert "goals" in fault["detail"]
    bob.mentor.refresh_from_db()
    assert bob.mentor.capacity != 7


def test_unknown_and_wrong_fields_are_named_together(api, alice):
    body = {"headlin": "x", "timezone": "Berlin", "languages": [{"cod": "en", "level": "native"}]}

    found = faults(api(alice).patch("/api/v1/me/", body))

    assert found == {"headlin", "timezone", "languages.0.cod", "languages.0.code"}


OTHER_NAMES = ["mentee", "Situation", "situation ", "", "0", "non_field_errors", "a.b", "\x00", "é", "x" * 9999]


def test_any_other_name_is_refused(api, alice, subtests):
    for name in OTHER_NAMES:
        with subtests.test(name[:30]):
            body = COMPLETE | {"goal": str(GoalFactory(mentee=alice).uuid), name: 1}

            response = api(alice).post("/api/v1/help-requests/", body)

            [fault] = problem(response, 400, "invalid")["errors"]
            assert fault["code"] == "unknown_field"
            assert len(response.content) < 2000
            assert not alice.help_requests.exists()


def test_thousands_of_unknown_fields_are_ten_faults(api, alice):
    response = api(alice).patch("/api/v1/me/", dict.fromkeys(map(str, range(50_000)), 1))

    assert len(problem(response, 400, "invalid")["errors"]) == 10


def test_a_thing_may_be_sent_back_as_it_was_read(api, alice, bob):
    for person, path in ((alice, "me/"), (bob, "me/mentor/"), (alice, "me/notifications/")):
        read = api(person).get(f"/api/v1/{path}").json()

        assert api(person).patch(f"/api/v1/{path}", read).json() == read
