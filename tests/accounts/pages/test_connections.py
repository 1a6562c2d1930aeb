"""Connections of members to logins of identity providers, and members who have no other login."""

from __future__ import annotations

import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.test import Client
from django.urls import reverse

from accounts.models import Notification
from tests.accounts.providers import EMAIL, ProviderServer, address_on, come_back, log_in, said
from tests.factories import PASSWORD

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]


# --- a member's connections -------------------------------------------------------------------------------


@pytest.fixture
def browser(nora):
    """Return the browser of Nora, who has just given her password again."""
    client = Client()
    client.post(reverse("account_login"), {"login": EMAIL, "password": PASSWORD})
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return client


PAGE = reverse("socialaccount_connections")


def connect_login(browser: Client, server: ProviderServer, sub: str):
    return come_back(
        browser, server.log_in(address_on(browser.post(PAGE, {"do": "connect", "provider": "works"})), sub)
    )


def test_a_member_connects_any_login_of_theirs(browser, nora, provider_site, works):
    provider_site.know("private", email="nora@elsewhere.example.com", email_verified=False)

    page = connect_login(browser, provider_site, "private")

    assert said(page) == "Example Works is connected: you can log in by it."
    assert "nora@elsewhere.example.com" in page.content.decode()
    other = Client()
    log_in(other, provider_site, "works", sub="private")
    assert other.session["_auth_user_id"] == str(nora.pk)


def test_the_login_of_another_member_is_not_connected(alice, browser, provider_site, works):
    SocialAccount.objects.create(user=alice, provider="works", uid="alices")
    provider_site.know("alices", email="alice@example.org")

    page = connect_login(browser, provider_site, "alices")

    assert said(page) == "This login of Example Works is connected to another account."
    assert SocialAccount.objects.get().user == alice


def test_the_password_is_asked_for_again(nora, works):
    client = Client()
    client.force_login(nora)

    assert client.get(PAGE)["Location"].startswith(reverse("account_reauthenticate"))
    assert client.post(PAGE, {"do": "connect", "provider": "works"}).status_code == 302


def test_a_login_is_disconnected_and_the_member_is_told(browser, nora, works):
    connection = SocialAccount.objects.create(user=nora, provider="works", uid="nora")

    page = browser.post(PAGE, {"do": "disconnect", "connection": connection.pk}, follow=True)

    assert said(page).endswith("The login is disconnected. It does not open your account any more.")
    assert not SocialAccount.objects.exists()
    assert Notification.objects.latest("pk").payload["subject"] == "Example Works is disconnected"


def test_nobody_disconnects_the_login_of_another(alice, browser, works):
    connection = SocialAccount.objects.create(user=alice, provider="works", uid="alices")

    assert browser.post(PAGE, {"do": "disconnect", "connection": connection.pk}).status_code == 404
    assert SocialAccount.objects.exists()


def test_an_unknown_button_or_provider_changes_nothing(browser, works):
    assert browser.post(PAGE, {"do": "other"}).status_code == 400
    assert browser.post(PAGE, {"do": "connect", "provider": "other"}).status_code == 404


# --- members without a password ---------------------------------------------------------------------------


@pytest.fixture
def without_password(client, nora, provider_site, works):
    """Return the browser of Nora, who has no password and came in by the provider."""
    SocialAccount.objects.create(user=nora, provider="works", uid="nora")
    nora.set_unusable_password()
    nora.save()
    log_in(client, provider_site, "works")
    return client


def test_somebody_without_a_password_proves_it_at_the_provider(without_password, provider_site):
    way = without_password.get(reverse("my-data"))
    assert way.status_code == 200
    asked = without_password.get(reverse("tokens"))
    assert asked["Location"].startswith(reverse("prove-again", args=["works"]))
    page = without_password.get(asked["Location"]).content.decode()
    assert "Have a link for a password sent to you" in page
    provider_site.know("nora", email=EMAIL, email_verified=True, auth_time=int(time.time()))
    leads_to = address_on(without_password.post(asked["Location"]))
    assert "prompt=login" in leads_to
    assert "max_age=0" in leads_to

    end = come_back(without_password, provider_site.log_in(leads_to, "nora"))

    assert end.redirect_chain[-1][0] == reverse("tokens")
    assert without_password.get(reverse("tokens")).status_code == 200


@pytest.mark.parametrize("auth_time", ["now", 1_700_000_000])
def test_a_provider_that_did_not_ask_again_proves_nothing(auth_time, without_password, provider_site):
    provider_site.know("nora", email=EMAIL, email_verified=True, auth_time=auth_time)
    address = address_on(without_password.post(reverse("prove-again", args=["works"]), {"next": "/settings/tokens/"}))

    come_back(without_password, provider_site.log_in(address, "nora"))

    assert without_password.get(reverse("tokens")).status_code == 302


def test_the_login_of_somebody_else_proves_nothing(alice, without_password, provider_site):
    SocialAccount.objects.create(user=alice, provider="works", uid="alices")
    provider_site.know("alices", email="alice@example.org", auth_time=int(time.time()))
    address = address_on(without_password.post(reverse("prove-again", args=["works"])))

    come_back(without_password, provider_site.log_in(address, "alices"))

    assert without_password.get(reverse("tokens")).status_code == 302


def test_the_last_login_of_somebody_without_a_password_stays(without_password, nora, provider_site):
    provider_site.know("nora", email=EMAIL, email_verified=True, auth_time=int(time.time()))
    address = address_on(without_password.post(reverse("prove-again", args=["works"]), {"next": PAGE}))
    come_back(without_password, provider_site.log_in(address, "nora"))

    page = without_password.post(PAGE, {"do": "disconnect", "connection": SocialAccount.objects.get().pk}, follow=True)

    assert f'<a href="{reverse("account_set_password")}">Set a password</a>' in page.content.decode()
    assert said(page) == "Set a password first: without one you could not log in any more."
    assert SocialAccount.objects.exists()


def test_a_second_factor_is_not_replaced_by_the_provider(without_password, nora):
    Authenticator.objects.create(user=nora, type="totp", data={})

    answer = without_password.get(reverse("prove-again", args=["works"]))

    assert answer["Location"] == reverse("mfa_reauthenticate")
