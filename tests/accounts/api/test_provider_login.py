"""Logins by an identity provider through allauth's API for browsers."""

from __future__ import annotations

import pytest
from allauth.account.models import EmailAddress
from django.urls import reverse

from accounts.models import User
from tests.accounts.providers import EMAIL, address_on, come_back
from tests.factories import NOW, IdentityProviderFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

API = "/_allauth/browser/v1"
SIGN_UP = {
    "name": "Nora North",
    "roles": ["mentee"],
    "timezone": "Europe/Berlin",
    "accept_rules": True,
}


@pytest.fixture
def works(provider_site):
    return IdentityProviderFactory(slug="works", issuer=provider_site.issuer)


def redirect_to(client, provider: str):
    form = {"provider": provider, "callback_url": "http://testserver/", "process": "login"}
    return client.post(f"{API}/auth/provider/redirect", form)


def test_a_new_person_cannot_choose_another_address(client, provider_site, works):
    provider_site.know("nora", email=EMAIL, email_verified=True)
    come_back(client, provider_site.log_in(address_on(redirect_to(client, "works")), "nora"))

    body = SIGN_UP | {"email": "other@example.org"}
    answer = client.post(f"{API}/auth/provider/signup", body, content_type="application/json")

    assert answer.status_code == 200
    assert User.objects.get().email == EMAIL
    assert EmailAddress.objects.get().email == EMAIL


@pytest.mark.parametrize("provider", ["openid_connect", "other", "off"])
def test_no_other_provider_is_there(provider, client, works):
    IdentityProviderFactory(slug="off", off_at=NOW)

    assert redirect_to(client, provider).status_code in (302, 401, 404)
    assert "socialaccount_states" not in client.session


def test_a_token_of_a_program_opens_nothing(client, works):
    body = {"provider": "works", "process": "login", "token": {"client_id": "mentoring", "id_token": "x.y.z"}}

    answer = client.post("/_allauth/app/v1/auth/provider/token", body, content_type="application/json")

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["code"] == "token_authentication_not_supported"


def test_the_pages_of_providers_know_no_other_methods(client, works):
    assert client.put(reverse("openid_connect_login", args=["works"])).status_code == 405
    assert client.post(reverse("openid_connect_callback", args=["works"])).status_code == 405
