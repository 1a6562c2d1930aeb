"""The routes of allauth's API answer odd requests of anybody, and never with a fault of ours."""

from __future__ import annotations

from itertools import product

import pytest
from django.test import Client

from tests.pages import routes
from tests.security.test_other_sites import any_path

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

ODD = ["[]", "null", "{", '{"email": "\\ud800", "key": "\\u0000"}', '{"email": ["a"], "password": {}, "code": 1}']
DEEP = "[" * 10_000
PATHS = sorted({any_path(route) for route in routes() if route.startswith("_allauth/")})


@pytest.mark.parametrize("person", ["visitor", "member"])
def test_no_odd_body_is_an_error_of_ours(person, alice):
    client = Client(raise_request_exception=False)
    if person == "member":
        client.force_login(alice)

    found = {
        (method, path, body[:20]): client.generic(method, path, body, content_type="application/json").status_code
        for path, method, body in product(PATHS, ("GET", "POST", "PUT", "DELETE"), [*ODD, DEEP])
        if body == ODD[0] or method == "POST"
    }

    assert {way: status for way, status in found.items() if status >= 500} == {}


def test_there_are_no_telephone_numbers(client, alice):
    client.force_login(alice)

    answer = client.get("/_allauth/browser/v1/account/phone")

    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
