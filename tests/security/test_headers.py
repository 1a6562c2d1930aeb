"""Every route of the site answers with the headers that protect its reader, for errors as well."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.pages import routes
from tests.security.test_every_page import faults_of
from tests.security.test_other_sites import any_path

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]


def test_every_route_has_all_headers():
    paths = sorted({any_path(route) for route in routes()})
    assert len(paths) > 300

    found = {path: list(faults_of(Client(raise_request_exception=False).get(path))) for path in paths}

    assert {path: faults for path, faults in found.items() if faults} == {}


@pytest.mark.parametrize("method", ["post", "put", "delete", "options", "trace"])
@pytest.mark.parametrize("path", ["/", "/nowhere/", "/api/v1/nowhere/", "/api/v1/me/", "/admin/", "/accounts/login/"])
def test_errors_have_all_headers(method, path):
    client = Client(raise_request_exception=False, enforce_csrf_checks=True)

    assert list(faults_of(getattr(client, method)(path))) == []


@pytest.mark.parametrize(
    ("path", "view"),
    [("/accounts/login/", "allauth.account.views.LoginView"), ("/api/v1/rules/", "accounts.api.people.RulesView")],
)
def test_an_error_of_our_own_has_all_headers(path, view, monkeypatch):
    monkeypatch.setattr(f"{view}.get", None)

    answer = Client(raise_request_exception=False).get(path)

    assert list(faults_of(answer)) == ["500"]
