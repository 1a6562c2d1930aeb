"""The private calendar address in the API."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import KeptAnswer
from tests.helpers import path

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

ROUTE = "/api/v1/me/calendar/"


def test_an_address_is_made_and_not_shown_again(api, alice):
    assert api(alice).get(ROUTE).json() == {"created_at": None}

    made = api(alice).post(ROUTE)

    assert made.status_code == 201
    assert set(made.json()) == {"created_at", "sessions", "busy"}
    for name in ("sessions", "busy"):
        assert Client().get(path(made.json()[name])).status_code == 200
    assert api(alice).get(ROUTE).json() == {"created_at": made.json()["created_at"]}


def test_a_second_address_ends_the_first(api, alice):
    first, second = (path(api(alice).post(ROUTE).json()["sessions"]) for _ in range(2))

    assert [Client().get(address).status_code for address in (first, second)] == [404, 200]


def test_a_revoked_address_is_gone(api, alice):
    address = path(api(alice).post(ROUTE).json()["sessions"])

    assert api(alice).delete(ROUTE).status_code == 204

    assert Client().get(address).status_code == 404
    assert api(alice).get(ROUTE).json() == {"created_at": None}


def test_another_member_has_an_address_of_their_own(api, alice, bob):
    api(alice).post(ROUTE)

    assert api(bob).get(ROUTE).json() == {"created_at": None}


def test_a_key_of_a_request_keeps_no_address(api, alice):
    client = api(alice)
    headers = {"Idempotency-Key": "one-and-the-same"}

    first, second = (client.post(ROUTE, headers=headers).json() for _request in range(2))

    assert first["sessions"] != second["sessions"]
    assert not KeptAnswer.objects.exists()
