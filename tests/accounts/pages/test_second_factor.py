"""Connecting an authenticator app, and who gets at it afterwards."""

from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests.factories import PASSWORD, UserFactory
from tests.helpers import code_for, race

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("rung")]

CONNECT, CODES = reverse("mfa_activate_totp"), reverse("mfa_view_recovery_codes")


@pytest.fixture
def client():
    """A browser that shows the page for the app, and the form to send."""
    mina = UserFactory()
    mina.set_password(PASSWORD)
    mina.save()
    client = Client()
    client.post(reverse("account_login"), {"login": mina.email, "password": PASSWORD})
    return client


@pytest.fixture
def form(client):
    return {"code": code_for(client.get(CONNECT).context["form"].secret)}


def test_two_clicks_at_once_connect_one_app_and_lead_to_the_codes(client, form):
    other = Client()
    other.cookies = client.cookies

    rival = race(lambda: client.post(CONNECT, form), lambda: other.post(CONNECT, form))

    assert rival.finish().headers["Location"] == CODES
    assert Authenticator.objects.filter(type=Authenticator.Type.TOTP).count() == 1


def test_a_second_click_leads_to_the_codes_as_well(client, form):
    answers = [client.post(CONNECT, form) for _click in range(2)]

    assert [answer.headers["Location"] for answer in answers] == [CODES, CODES]
    assert client.get(CONNECT).headers["Location"] == reverse("mfa_index")


@pytest.fixture
def stranger(client):
    """A browser of somebody who knows the password, and logged in before the app was connected."""
    mina = User.objects.get()
    stranger = Client()
    stranger.post(reverse("account_login"), {"login": mina.email, "password": PASSWORD})
    return stranger


def test_an_app_logs_out_all_other_browsers(client, stranger, form):
    client.post(CONNECT, form)

    assert client.get(CODES).status_code == 200
    assert stranger.get(CODES).headers["Location"].startswith(reverse("account_login"))


@pytest.mark.parametrize("page", ["mfa_view_recovery_codes", "mfa_generate_recovery_codes", "mfa_deactivate_totp"])
def test_the_password_alone_does_not_reach_a_second_factor(client, page):
    activate_app()
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})

    assert client.get(reverse(page)).headers["Location"].startswith(reverse("mfa_reauthenticate"))
    assert client.post(reverse(page)).status_code in (302, 405)
    assert Authenticator.objects.filter(type=Authenticator.Type.TOTP).exists()


def test_a_code_of_the_app_reaches_the_second_factor(client):
    secret = activate_app()

    client.post(reverse("mfa_reauthenticate"), {"code": code_for(secret)})

    assert client.get(CODES).status_code == 200


def test_the_password_given_before_the_app_was_connected_does_not_count(client):
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    activate_app()

    assert client.get(CODES).headers["Location"].startswith(reverse("mfa_reauthenticate"))


def test_by_api_as_well(client):
    auth, devices = "/_allauth/app/v1/auth", "/_allauth/app/v1/account/authenticators"
    mina = User.objects.get()
    json = {"content_type": "application/json"}

    def log_in():
        body = {"email": mina.email, "password": PASSWORD}
        token = Client().post(f"{auth}/login", body, **json).json()["meta"]["session_token"]
        return {**json, "headers": {"X-Session-Token": token}}

    mine, other = log_in(), log_in()
    for one in (mine, other):
        assert Client().post(f"{auth}/reauthenticate", {"password": PASSWORD}, **one).status_code == 200
    secret = Client().get(f"{devices}/totp", **mine).json()["meta"]["secret"]
    assert Client().post(f"{devices}/totp", {"code": code_for(secret)}, **mine).status_code == 200

    assert Client().get(f"{devices}/recovery-codes", **other).status_code == 410
    assert Client().get(f"{devices}/recovery-codes", **mine).status_code == 401
    assert Client().delete(f"{devices}/totp", **mine).status_code == 401
    assert Client().post(f"{auth}/2fa/reauthenticate", {"code": code_for(secret)}, **mine).status_code == 200
    assert Client().get(f"{devices}/recovery-codes", **mine).status_code == 200


def activate_app() -> str:
    mina, secret = User.objects.get(), generate_totp_secret()
    TOTP.activate(mina, secret)
    RecoveryCodes.activate(mina)
    return secret
