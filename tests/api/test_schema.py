"""The OpenAPI document is valid, has no warnings, and names every route."""

from __future__ import annotations

import re
from copy import deepcopy

import pytest
from django.core.management import call_command
from drf_spectacular.generators import SchemaGenerator

from tests.api.bodies import schema
from tests.api.released import RELEASED, breaks, is_raised
from tests.api.test_access import TABLE


def test_the_schema_is_valid_and_has_no_warnings(tmp_path):
    path = tmp_path / "schema.yml"

    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(path))

    text = path.read_text()
    assert text == RELEASED.read_text(), "The schema has changed. Run `make schema`, and commit docs/openapi.yaml."
    for route in TABLE:
        path = re.sub(r"<uuid:(.*?)>", r"{\1}", route)
        assert f"/api/v1/{path}:" in text


@pytest.mark.django_db
def test_schema_and_docs_are_404_unless_enabled(client, settings):
    assert settings.SERVE_API_DOCS is False
    assert client.get("/api/v1/schema/").status_code == 404
    assert client.get("/api/v1/docs/").status_code == 404


@pytest.mark.django_db
def test_the_schema_is_drawn_without_a_query(django_assert_num_queries):
    # Tests read the schema while they are collected. A query then would open the pool to another database than theirs.
    with django_assert_num_queries(0):
        SchemaGenerator().get_schema(request=None, public=True)


GOALS = "/api/v1/goals/"


def without_path(new):
    del new["paths"][GOALS]


def without_method(new):
    del new["paths"][GOALS]["post"]


def without_filter(new):
    operation = new["paths"]["/api/v1/matches/"]["get"]
    operation["parameters"] = [one for one in operation["parameters"] if one["name"] != "status"]


def with_required_parameter(new):
    new["paths"][GOALS]["get"]["parameters"].append({"in": "query", "name": "of", "required": True})


def without_field_of_an_answer(new):
    del new["components"]["schemas"]["Goal"]["properties"]["status"]


def without_field_of_the_input(new):
    del new["components"]["schemas"]["GoalRequest"]["properties"]["by"]


def with_required_input(new):
    new["components"]["schemas"]["GoalRequest"]["required"].append("target_sector")


def with_another_type(new):
    new["components"]["schemas"]["Session"]["properties"]["minutes"]["type"] = "string"


def with_field_that_may_be_missing(new):
    new["components"]["schemas"]["Goal"]["required"].remove("uuid")


def with_fewer_values(new):
    new["components"]["schemas"]["Format"]["enum"].pop()


def without_field_of_a_list(new):
    del new["components"]["schemas"]["Language"]["properties"]["level"]


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (without_path, f"GET {GOALS} is gone"),
        (without_method, f"POST {GOALS} is gone"),
        (without_filter, "GET /api/v1/matches/: the parameter status is gone"),
        (with_required_parameter, f"GET {GOALS}: the parameter of is required"),
        (without_field_of_an_answer, f"POST {GOALS}: answer 201.status is gone"),
        (without_field_of_the_input, f"POST {GOALS}: the input.by is gone"),
        (with_required_input, f"POST {GOALS}: the input.target_sector is required"),
        (with_another_type, "GET /api/v1/sessions/{uuid}/: answer 200.minutes was integer, and is string"),
        (with_field_that_may_be_missing, f"POST {GOALS}: answer 201.uuid may be missing"),
        (with_fewer_values, "POST /api/v1/help-requests/: the input.format takes fewer values"),
        (without_field_of_a_list, "GET /api/v1/me/: answer 200.languages[].level is gone"),
    ],
)
def test_a_change_that_breaks_programs_is_named(change, fault):
    new = deepcopy(schema())
    change(new)

    assert fault in breaks(schema(), new)


def test_an_addition_breaks_nothing():
    new = deepcopy(schema())
    new["paths"]["/api/v1/new/"] = {"get": {"responses": {}}}
    new["components"]["schemas"]["Goal"]["properties"]["new"] = {"type": "string"}
    new["components"]["schemas"]["GoalRequest"]["properties"]["new"] = {"type": "string"}

    assert breaks(schema(), new) == []


def test_a_break_needs_a_higher_version():
    old, new = {"info": {"version": "1.9.0"}}, {"info": {"version": "1.10.0"}}

    assert is_raised(old, new)
    assert not is_raised(old, old)
    assert not is_raised(new, old)
