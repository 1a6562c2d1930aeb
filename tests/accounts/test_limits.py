"""Limits on guessing survive any number of other people in between."""

from __future__ import annotations

import re

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core.cache import caches
from django.test import Client

from tests.factories import PASSWORD, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

ALLAUTH = "/_allauth/app/v1"
# The cache of Django makes room at 300 entries, if nothing else is said.
MANY = 350


@pytest.fixture(autouse=True)
def mina():
    mina = UserFactory(email="mina@example.org")
    mina.set_password(PASSWORD)
    mina.save()
    return mina


def post(path: str, body: dict, *, session: str = "", address: str = "10.0.0.1"):
    headers = {"X-Session-Token": session} if session else {}
    return Client(REMOTE_ADDR=address).post(ALLAUTH + path, body, content_type="application/json", headers=headers)


def crowd() -> None:
    """Fill the cache as many people do who log in or reset their passwords at the same time."""
    for number in range(MANY):
        # A cache that makes room drops the first keys of the alphabet. These sort after any key of allauth.
        caches["default"].set(f"z{number}", [1.0], timeout=300)


def code_of(response) -> str:
    return response.json()["errors"][0]["code"]


def waiting_for_a_code(mina) -> str:
    """Return the session of a login with the right password that waits for the second factor."""
    response = post("/auth/login", {"email": mina.email, "password": PASSWORD}, address="10.0.1.1")
    return response.json()["meta"]["session_token"]


def test_wrong_passwords_are_counted_through_a_crowd(mina):
    for guess in range(5):
        post("/auth/login", {"email": mina.email, "password": f"wrong-{guess}"}, address=f"10.0.2.{guess}")
    crowd()

    response = post("/auth/login", {"email": mina.email, "password": PASSWORD})

    assert code_of(response) == "too_many_login_attempts"


def test_wrong_second_factors_are_counted_through_a_crowd(mina):
    TOTP.activate(mina, generate_totp_secret())
    codes = RecoveryCodes.activate(mina).get_unused_codes()
    session = waiting_for_a_code(mina)
    for guess in range(5):
        post("/auth/2fa/authenticate", {"code": f"{guess:06}"}, session=session, address=f"10.0.3.{guess}")
    crowd()

    response = post("/auth/2fa/authenticate", {"code": codes[0]}, session=session)

    assert code_of(response) == "too_many_login_attempts"


def test_resets_for_one_person_are_counted_through_a_crowd(mina):
    for number in range(5):
        post("/auth/password/request", {"email": mina.email}, address=f"10.0.4.{number}")
    crowd()

    response = post("/auth/password/request", {"email": mina.email})

    assert response.status_code == 429
    assert mina.notifications.count() == 5


def test_a_used_second_factor_is_remembered_through_a_crowd(mina, monkeypatch):
    device = TOTP.activate(mina, generate_totp_secret())
    monkeypatch.setattr("allauth.mfa.totp.internal.auth.validate_totp_code", lambda secret, code: True)
    assert device.validate_code("123456")
    crowd()

    assert not device.validate_code("123456")


def test_wrong_passwords_of_somebody_logged_in_are_counted_through_a_crowd(client, mina):
    client.force_login(mina)
    for guess in range(5):
        client.post("/accounts/reauthenticate/", {"password": f"wrong-{guess}"}, REMOTE_ADDR=f"10.0.5.{guess}")
    crowd()

    page = client.post("/accounts/reauthenticate/", {"password": PASSWORD})

    assert page.status_code == 200  # no way on
    assert re.search("Wait a few minutes", page.content.decode())


def test_the_limits_of_one_address_are_counted_through_a_crowd():
    for number in range(20):
        post("/auth/password/request", {"email": f"nobody{number}@example.org"})
    crowd()

    assert post("/auth/password/request", {"email": "nobody@example.org"}).status_code == 429


def test_no_cache_makes_room_for_a_few_hundred_people():
    assert [name for name in caches if caches[name]._max_entries < 10_000] == []
