"""A session is nobody's before the login, and ends with logout, a new password, and the lock of the account."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from accounts.services.lock_out import lock_out
from tests.factories import PASSWORD

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

APP = "/_allauth/app/v1"


@pytest.fixture(autouse=True)
def _password(alice):
    alice.set_password(PASSWORD)
    alice.save()


def copy_of(client: Client) -> Client:
    """Return a browser with the same session, as somebody has who copied the cookie."""
    copy = Client()
    copy.cookies["sessionid"] = client.cookies["sessionid"].value
    return copy


def is_in(client: Client) -> bool:
    return client.get(reverse("settings")).status_code == 200 and client.get("/api/v1/me/").status_code == 200


def logged_in(alice) -> Client:
    client = Client()
    client.post(reverse("account_login"), {"login": alice.email, "password": PASSWORD})
    return client


def app(alice) -> dict[str, str]:
    """Return the header of a program that logged in."""
    body = {"email": alice.email, "password": PASSWORD}
    answer = Client().post(f"{APP}/auth/login", body, content_type="application/json")
    return {"X-Session-Token": answer.json()["meta"]["session_token"]}


def reads(headers: dict[str, str]) -> int:
    return Client().get("/api/v1/me/", headers=headers).status_code


def test_a_session_from_before_the_login_stays_nobodys(alice):
    client = Client()
    client.session["planted"] = "yes"
    client.session.save()
    session = client.session
    session["planted"] = "yes"
    session.save()
    before = copy_of(client)

    client.post(reverse("account_login"), {"login": alice.email, "password": PASSWORD})

    assert is_in(client)
    assert client.cookies["sessionid"].value != before.cookies["sessionid"].value
    assert not is_in(before)


def test_a_token_from_before_the_login_stays_nobodys(alice):
    wrong = {"email": alice.email, "password": PASSWORD}
    session = Client().post(f"{APP}/auth/login", wrong, content_type="application/json").json()["meta"]["session_token"]
    Client().delete(f"{APP}/auth/session", headers={"X-Session-Token": session})

    body = {"email": alice.email, "password": PASSWORD}
    headers = {"X-Session-Token": session}
    answer = Client().post(f"{APP}/auth/login", body, content_type="application/json", headers=headers)

    assert answer.status_code in (401, 410) or answer.json()["meta"]["session_token"] != session
    assert reads(headers) == 401


def test_a_logout_ends_the_session_for_each_copy(alice):
    client = logged_in(alice)
    copy = copy_of(client)
    assert is_in(copy)

    client.post(reverse("account_logout"))

    assert not is_in(copy)


def test_a_logout_by_api_ends_the_token(alice):
    headers = app(alice)
    assert reads(headers) == 200

    Client().delete(f"{APP}/auth/session", headers=headers)

    assert reads(headers) == 401


def test_a_new_password_ends_all_other_sessions(alice):
    client, other, headers = logged_in(alice), logged_in(alice), app(alice)
    new = "another-horse-battery"

    client.post(reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": new, "password2": new})

    assert is_in(client)
    assert not is_in(other)
    assert reads(headers) == 401


def test_the_lock_of_an_account_ends_all_its_sessions(alice):
    client, headers = logged_in(alice), app(alice)
    assert is_in(client)

    lock_out(user_id=alice.pk)

    assert not is_in(client)
    assert reads(headers) == 401
