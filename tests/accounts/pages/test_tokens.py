"""The page of access tokens."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import AccessToken
from tests.factories import PASSWORD, AccessTokenFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

PAGE = reverse("tokens")
FORM = {"do": "make", "name": "Reports", "scopes": ["profile:read", "requests:read"], "days": "90"}


@pytest.fixture
def browser(alice):
    alice.set_password(PASSWORD)
    alice.save()
    client = Client()
    client.post(reverse("account_login"), {"login": alice.email, "password": PASSWORD})
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return client


def test_a_token_is_made_and_shown_once(browser, alice):
    page = browser.post(PAGE, FORM).content.decode()

    [secret] = re.findall(r"mentorship_pat_[\w-]+", page)
    token = alice.access_tokens.get()
    assert (token.name, token.scopes, token.ends_with) == ("Reports", ["profile:read", "requests:read"], secret[-4:])
    assert secret not in browser.get(PAGE).content.decode()


def test_the_password_is_asked_for_again(alice):
    client = Client()
    client.force_login(alice)

    assert client.get(PAGE)["Location"].startswith(reverse("account_reauthenticate"))
    client.post(PAGE, FORM)
    assert not AccessToken.objects.exists()


@pytest.mark.parametrize("change", [{"name": ""}, {"scopes": []}, {"scopes": ["admin"]}, {"days": "400"}])
def test_a_wrong_form_is_shown_again(change, browser):
    assert browser.post(PAGE, FORM | change).status_code == 400
    assert not AccessToken.objects.exists()


def test_a_token_is_revoked(browser, alice):
    token = AccessTokenFactory(user=alice)

    browser.post(PAGE, {"do": "revoke", "token": token.uuid})

    token.refresh_from_db()
    assert token.revoked_by == alice
    assert "It works until" not in browser.get(PAGE).content.decode()


@pytest.mark.parametrize("chosen", ["", "x", "other"])
def test_a_token_of_somebody_else_is_not_found(chosen, browser):
    other = AccessTokenFactory()

    answer = browser.post(PAGE, {"do": "revoke", "token": other.uuid if chosen == "other" else chosen})

    assert answer.status_code == 404
    other.refresh_from_db()
    assert other.revoked_at is None


def test_an_unknown_button_is_refused(browser):
    assert browser.post(PAGE, {"do": "other"}).status_code == 400
