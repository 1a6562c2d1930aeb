"""A change of address or password needs the password, and the old address is told."""

from __future__ import annotations

import re

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts.models import Notification
from tests.factories import PASSWORD, UserFactory
from tests.helpers import code_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

API = "/_allauth/app/v1"
OLD, NEW = "mina@example.org", "mina@example.com"


@pytest.fixture
def mina():
    mina = UserFactory(email=OLD)
    mina.set_password(PASSWORD)
    mina.save()
    return mina


@pytest.fixture
def call(mina):
    """Return a function that calls allauth's API with the session of Mina's login."""
    form = {"email": OLD, "password": PASSWORD}
    answer = Client().post(f"{API}/auth/login", form, content_type="application/json").json()
    headers = {"X-Session-Token": answer["meta"]["session_token"]}

    def send(method: str, path: str, body: dict):
        return getattr(Client(), method)(API + path, body, content_type="application/json", headers=headers)

    return send


def told() -> list[tuple[str, str]]:
    """Return address and subject of every mail of the account, oldest first."""
    return [(row.payload["to"], row.payload["subject"]) for row in Notification.objects.order_by("pk")]


@pytest.mark.parametrize("method", ["post", "patch", "delete"])
def test_each_change_of_the_address_asks_for_the_password(method, call, mina):
    if method != "post":
        mina.emailaddress_set.create(email=NEW, verified=True)

    response = call(method, "/account/email", {"email": NEW, "primary": True})

    assert response.status_code == 401
    assert {"id": "reauthenticate"} in response.json()["data"]["flows"]
    assert told() == []


def test_a_new_address_replaces_the_old_one_which_is_told(call, mina):
    assert call("post", "/auth/reauthenticate", {"password": "wrong-horse-battery"}).status_code == 400
    assert call("post", "/auth/reauthenticate", {"password": PASSWORD}).status_code == 200
    assert call("post", "/account/email", {"email": NEW}).status_code == 200
    code = code_in(Notification.objects.get().payload["text"])

    assert call("post", "/auth/email/verify", {"key": code}).status_code == 200

    mina.refresh_from_db()
    assert mina.email == NEW
    assert [row.email for row in mina.emailaddress_set.all()] == [NEW]
    assert [to for to, _ in told()] == [NEW, OLD]
    assert NEW in Notification.objects.latest("pk").payload["text"]
    assert mail.outbox == []  # all through the outbox


def test_a_change_of_address_by_page_leads_to_the_password(client, mina):
    client.force_login(mina)

    page = client.post(reverse("account_email"), {"email": NEW, "action_add": ""})

    assert page.status_code == 302
    assert page.headers["Location"].startswith(reverse("account_reauthenticate"))
    assert told() == []


def test_a_new_password_needs_the_old_one_and_is_told(call, mina):
    new = "staple-correct-horse"
    refused = call("post", "/account/password/change", {"new_password": new})
    wrong = call("post", "/account/password/change", {"current_password": "wrong-horse-1", "new_password": new})
    assert (refused.status_code, wrong.status_code, told()) == (400, 400, [])

    changed = call("post", "/account/password/change", {"current_password": PASSWORD, "new_password": new})

    assert changed.status_code == 200

    [(to, subject)] = told()
    assert to == OLD
    assert "password" in subject.lower()


def test_a_new_password_by_page_is_told(client, mina):
    client.force_login(mina)
    form = {"oldpassword": PASSWORD, "password1": "staple-correct-horse", "password2": "staple-correct-horse"}

    client.post(reverse("account_change_password"), form)

    assert [to for to, _ in told()] == [OLD]
    text = Notification.objects.get().payload["text"]
    assert re.search(r"It was done on \w+day, \d+ \w+ \d{4}, \d\d:\d\d CES?T, from the address 127.0.0.1", text)
    assert "http://testserver/settings/" in text


def test_the_admin_leads_to_the_page_that_tells_of_a_new_password(admin_client, admin_user):
    form = {"old_password": PASSWORD, "new_password1": "staple-correct-horse", "new_password2": "staple-correct-horse"}
    before = admin_user.password

    for page in (admin_client.get("/admin/password_change/"), admin_client.post("/admin/password_change/", form)):
        assert (page.status_code, page.headers["Location"]) == (302, reverse("account_change_password"))

    admin_user.refresh_from_db()
    assert admin_user.password == before


def test_a_reset_password_is_told(mina):
    Client().post(f"{API}/auth/password/request", {"email": OLD}, content_type="application/json")
    text = Notification.objects.get().payload["text"]
    key = text.partition("/password/reset/key/")[2].partition("/")[0]

    form = {"key": key, "password": "staple-correct-horse"}
    response = Client().post(f"{API}/auth/password/reset", form, content_type="application/json")

    assert response.status_code == 401  # log in with it
    mina.refresh_from_db()
    assert mina.check_password("staple-correct-horse")
    assert [to for to, _ in told()] == [OLD, OLD]


WRONG_KEYS = ["-", "-abc", "--", "", "1", "1-", "x-abc", "zzzzzzzzzzzzz-abc", "\x00-abc", "١-abc", "+1-a"]


def test_a_wrong_key_of_a_reset_is_a_client_error(subtests):
    for key in WRONG_KEYS:
        with subtests.test(key=key):
            form = {"key": key, "password": "staple-correct-horse"}
            posted = Client().post(f"{API}/auth/password/reset", form, content_type="application/json")
            read = Client().get(f"{API}/auth/password/reset", headers={"X-Password-Reset-Key": key})
            page = Client().get(f"/accounts/password/reset/key/{key}/".replace("\x00", "%00"))

            assert (posted.status_code, read.status_code) == (400, 400)
            assert page.status_code in (200, 404)
