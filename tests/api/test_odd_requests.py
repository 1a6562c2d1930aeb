"""Requests that no client should make get an answer in JSON, and never a 500."""

from __future__ import annotations

from itertools import product

import pytest
from django.test import Client

from tests.api.test_access import TABLE, address, thing_of, things  # noqa: F401 - a fixture

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]


def test_options_of_every_route_has_an_answer(api, alice, bob, admin_user, things):  # noqa: F811
    for route in TABLE:
        for person in (alice, bob, admin_user, None):
            response = api(person).options(address(route, thing_of(route, things)))
            assert response.status_code < 500, (route, person)
            assert response.headers["Content-Type"].startswith("application/"), (route, person)


METHODS = ["get", "post", "put", "patch", "delete", "options"]
NO_ROUTES = ["/api/nothing", "/api/v1/nothing/", "/api/v1/me", "/api/", "/api/v2/me/"]


def test_an_unknown_path_is_a_404_in_json(alice, subtests):
    for method, path, checks in product(METHODS, NO_ROUTES, [True, False]):
        with subtests.test(method=method, path=path, checks=checks):
            client = Client(enforce_csrf_checks=checks)
            client.force_login(alice)

            response = getattr(client, method)(path)

            assert (response.status_code, response.headers["Content-Type"]) == (404, "application/problem+json")
            assert response.json()["code"] == "not_found"


KEYS = [
    r'"aaaaaaaaaa\000"',
    r'"\000\000\000\000\000\000\000\000"',
    r'"aaaaaaaaa\377"',
    "a" * 5000,
    "%00aaaaaaaa",
    '"a\\"; DROP"',
]
PATHS = ["/", "/accounts/login/", "/admin/", "/api/v1/me/", "/_allauth/browser/v1/auth/session"]


def test_a_cookie_or_token_that_is_no_key_of_a_session_is_nobodys(subtests):
    for key, path in product(KEYS, PATHS):
        with subtests.test(key[:40], path=path):
            assert Client().get(path, headers={"Cookie": f"sessionid={key}"}).status_code in (200, 302, 401)
    for key, path in product(["aaaaaaaaaa\x00", "\x00" * 9, "é" * 9], ["/api/v1/me/", "/_allauth/app/v1/auth/session"]):
        with subtests.test(ascii(key), path=path):
            assert Client().get(path, headers={"X-Session-Token": key}).status_code in (401, 410)


def test_a_missing_csrf_token_is_told_in_json():
    client = Client(enforce_csrf_checks=True)

    response = client.post("/_allauth/browser/v1/auth/login", {}, content_type="application/json")

    assert (response.status_code, response.json()["code"]) == (403, "csrf_failed")
    assert "X-CSRFToken" in response.json()["detail"]


def test_a_page_without_its_csrf_token_stays_a_page():
    response = Client(enforce_csrf_checks=True).post("/accounts/login/", {})

    assert (response.status_code, response.headers["Content-Type"]) == (403, "text/html; charset=utf-8")
