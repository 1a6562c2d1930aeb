"""The right password leads to the page for the code while the address waits for its confirmation."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from accounts.models import Notification
from accounts.selectors import current_rules
from tests.factories import PASSWORD, UserFactory
from tests.helpers import code_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

AUTH = "/_allauth/app/v1/auth"
EMAIL = "mina@example.org"
FORM = {"email": EMAIL, "password": PASSWORD, "name": "Mina", "roles": ["mentee"], "accept_rules": True}


def post(path: str, body: dict, session: str = ""):
    headers = {"X-Session-Token": session} if session else {}
    return Client().post(AUTH + path, body, content_type="application/json", headers=headers)


def log_in(password: str = PASSWORD):
    return post("/login", {"email": EMAIL, "password": password})


def newest_code() -> str:
    return code_in(Notification.objects.filter(recipient__email=EMAIL).latest("pk").payload["text"])


def pending(response) -> list[str]:
    return [flow["id"] for flow in response.json()["data"]["flows"] if flow.get("is_pending")]


def test_a_login_right_after_the_sign_up_asks_for_the_code_of_a_new_mail():
    post("/signup", FORM)

    response = log_in()

    assert (response.status_code, pending(response)) == (401, ["verify_email"])
    session = response.json()["meta"]["session_token"]
    assert post("/email/verify", {"key": newest_code()}, session).status_code == 200
    assert log_in().status_code == 200


def test_a_login_by_page_leads_to_the_page_for_the_code(client):
    form = FORM | {"password1": PASSWORD, "accept_rules": "on", "rules_version": current_rules().version}
    Client().post(reverse("account_signup"), form)

    page = client.post(reverse("account_login"), {"login": EMAIL, "password": PASSWORD}, follow=True)

    assert page.request["PATH_INFO"] == reverse("account_email_verification_sent")
    page = client.post(page.request["PATH_INFO"], {"code": newest_code()}, follow=True)
    assert page.context["user"].email == EMAIL


def test_an_admin_made_on_the_command_line_logs_in_twice_in_a_row():
    admin = UserFactory(email=EMAIL, is_staff=True)
    admin.emailaddress_set.update(verified=False)
    admin.set_password(PASSWORD)
    admin.save()

    assert [pending(log_in()), pending(log_in())] == [["verify_email"]] * 2


def test_a_wrong_password_leads_nowhere():
    post("/signup", FORM)

    response = log_in("wrong-horse-battery")

    assert (response.status_code, response.json()["errors"][0]["code"]) == (400, "email_password_mismatch")


def test_too_many_codes_are_refused_without_blaming_the_password():
    post("/signup", FORM)
    answers = [log_in() for _ in range(3)]

    assert [answer.status_code for answer in answers] == [401, 401, 400]
    [error] = answers[-1].json()["errors"]
    assert "failed" not in error["message"]
    assert "Wait a few minutes" in error["message"]
    assert Notification.objects.filter(recipient__email=EMAIL).count() == 3
    cache.clear()
    assert log_in().status_code == 401
