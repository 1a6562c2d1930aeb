"""Every error has a registered type and code, which docs/api.md lists, and names the place of each fault."""

from __future__ import annotations

import importlib
import pkgutil
import re
from pathlib import Path

import pytest
from rest_framework import exceptions

import accounts
import config
import matching
import mentorship
from accounts.exceptions import Refusal
from config.api import CODES, json_pointer
from config.problems import GENERAL, refusals, registry
from tests.api.problems import problem
from tests.factories import GoalFactory, HelpRequestFactory

ROOT = Path(__file__).resolve().parents[2]
ROW = re.compile(r"^\| `(\w+)` \| (\d+) \| (.+) \|$", re.MULTILINE)
OURS = ("accounts", "config", "matching", "mentorship")


def below(kind: type) -> list[type]:
    children = kind.__subclasses__()
    return children + [found for child in children for found in below(child)]


def import_all_modules() -> None:
    for app in (accounts, config, matching, mentorship):
        for module in pkgutil.walk_packages(app.__path__, f"{app.__name__}."):
            if not re.search(r"\.(migrations|local|settings|wsgi|gunicorn)\b", module.name):
                importlib.import_module(module.name)


def test_every_refusal_of_the_apps_is_registered_with_a_meaning():
    import_all_modules()
    found = {kind for kind in below(Refusal) if kind.__module__.split(".")[0] in OURS}

    assert found == set(refusals())
    assert len(found) > 150
    assert [kind.__name__ for kind in found if not kind.__doc__ or kind.code == Refusal.code] == []
    assert {kind.code for kind in found} <= set(registry())


def test_every_error_of_the_framework_is_registered_with_its_status():
    import_all_modules()
    known = [kind for kind in below(exceptions.APIException) if kind.__module__.startswith("rest_framework.")]
    found = {(kind.default_code, kind.status_code) for kind in [exceptions.APIException, *known]}
    also = {(code, status) for status, code in CODES.items()}

    assert {("invalid", 400), ("throttled", 429)} <= found
    assert found | also <= {(kind.code, kind.status) for kind in GENERAL}


@pytest.mark.parametrize("code", re.findall(r', "(\w+)"\n? *\)', (ROOT / "config/authentication.py").read_text()))
def test_every_code_of_a_token_is_registered(code):
    assert code in registry()


def test_the_docs_list_every_problem():
    listed = {(code, int(status), meaning) for code, status, meaning in ROW.findall((ROOT / "docs/api.md").read_text())}

    assert listed == {(kind.code, kind.status, kind.meaning) for kind in registry().values()}


@pytest.mark.parametrize(
    ("names", "pointer"),
    [((), ""), (("needs", "0"), "/needs/0"), (("a/b", "m~n", "a.b", ""), "/a~1b/m~0n/a.b/")],
)
def test_a_pointer_escapes_as_rfc_6901_says(names, pointer):
    assert json_pointer(names) == pointer


@pytest.mark.django_db
def test_a_fault_in_a_body_has_a_json_pointer(api, alice):
    response = api(alice).patch(
        "/api/v1/me/", {"languages": [{"code": "en", "level": "native"}, {"code": "zz"}], "a/b": 1}
    )

    assert {fault["pointer"] for fault in problem(response, 400, "invalid")["errors"]} == {
        "/a~1b",
        "/languages/1/code",
        "/languages/1/level",
    }


@pytest.mark.django_db
def test_a_fault_in_an_address_has_the_name_of_the_parameter(api, alice):
    [fault] = problem(api(alice).get("/api/v1/goals/?page_size=x"), 400, "invalid")["errors"]

    assert fault["parameter"] == "page_size"
    assert "pointer" not in fault


@pytest.mark.django_db
def test_a_wrong_filter_of_a_move_is_a_parameter(api, alice):
    draft = HelpRequestFactory(mentee=alice, status="draft")
    response = api(alice).patch(f"/api/v1/help-requests/{draft.uuid}/?status=lost", {"gap": "Words."})

    [fault] = problem(response, 400, "invalid")["errors"]
    assert fault["parameter"] == "status"


@pytest.mark.django_db
def test_a_fault_of_the_whole_body_points_to_the_whole_body(api, alice):
    GoalFactory(mentee=alice)
    [fault] = problem(api(alice).post("/api/v1/goals/", ["a list"]), 400, "invalid")["errors"]

    assert fault["pointer"] == ""


@pytest.mark.django_db
def test_an_admin_without_a_second_factor_gets_a_registered_code(client, admin_user):
    client.force_login(admin_user)

    problem(client.get("/api/v1/figures/"), 403, registry()["second_factor_required"].code)
