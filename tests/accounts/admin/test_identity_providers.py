"""Identity providers in the admin."""

from __future__ import annotations

import pytest
from allauth.socialaccount.models import SocialAccount
from django.test import Client
from django.urls import reverse

from accounts.history import changes_of
from accounts.models import IdentityProvider
from accounts.sealed import unseal
from tests.factories import NOW, IdentityProviderFactory, UserFactory
from tests.helpers import log_in_with_second_factor

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

ADD = reverse("admin:accounts_identityprovider_add")
SECRET = "a-secret-of-the-client"


@pytest.fixture
def form(provider_site):
    return {
        "name": "Example Works",
        "slug": "works",
        "issuer": provider_site.issuer,
        "client_id": "mentoring",
        "secret": SECRET,
        "domains": "Works.example.org\n@bücher.example",
    }


def page_of(provider: IdentityProvider) -> str:
    return reverse("admin:accounts_identityprovider_change", args=[provider.pk])


def test_an_owner_registers_a_provider_whose_secret_is_sealed(admin_client, admin_user, form):
    page = admin_client.post(ADD, form, follow=True).content.decode()

    provider = IdentityProvider.objects.get()
    assert provider.domains == ["works.example.org", "xn--bcher-kva.example"]
    assert provider.created_by == admin_user
    assert SECRET not in provider.sealed_secret
    assert unseal(provider.sealed_secret) == SECRET
    assert "http://testserver/accounts/oidc/works/login/callback/" in page
    assert SECRET not in page
    assert [change.what for change in changes_of(provider)] == ["created"]


@pytest.mark.parametrize(
    "change",
    [
        {"issuer": "http://127.0.0.1:1"},
        {"issuer": "https://127.0.0.1:1"},
        {"issuer": "https://127.0.0.1:1/\r\nHost: other"},
        {"domains": "example"},
        {"domains": "nora@works.example.org, a b"},
        {"domains": "a.example.org " * 51},
        {"secret": ""},
        {"slug": "with a space"},
    ],
)
def test_an_impossible_provider_is_refused(change, admin_client, form):
    assert admin_client.post(ADD, form | change).status_code == 200
    assert not IdentityProvider.objects.exists()


def test_an_issuer_that_calls_itself_otherwise_is_refused(admin_client, form):
    page = admin_client.post(ADD, form | {"issuer": form["issuer"] + "/"}).content.decode()

    assert "No provider answers for this issuer." in page


def test_two_providers_have_two_short_names(admin_client, form):
    IdentityProviderFactory(slug="works")

    page = admin_client.post(ADD, form).content.decode()

    assert "Another provider has this short name." in page


def test_a_change_keeps_the_secret_unless_a_new_one_is_given(admin_client, form):
    provider = IdentityProviderFactory(issuer=form["issuer"], slug="works")
    change = form | {"do": "save", "name": "Works", "secret": ""}

    admin_client.post(page_of(provider), change)

    provider.refresh_from_db()
    assert (provider.name, unseal(provider.sealed_secret)) == ("Works", SECRET)
    admin_client.post(page_of(provider), change | {"secret": "another-secret"})
    provider.refresh_from_db()
    assert unseal(provider.sealed_secret) == "another-secret"
    [*_, changed] = [change for change in changes_of(provider) if change.what == "changed"]
    assert [field.name for field in changed.fields] == ["name", "domains"]


def test_the_issuer_stays_while_people_are_connected(admin_client, alice, form):
    provider = IdentityProviderFactory(slug="works")
    SocialAccount.objects.create(user=alice, provider="works", uid="alice")

    page = admin_client.post(page_of(provider), form | {"do": "save"}).content.decode()

    assert "People are connected to this issuer." in page
    provider.refresh_from_db()
    assert provider.issuer == "https://login.example.org"


def test_a_provider_is_switched_off_and_on(admin_client):
    provider = IdentityProviderFactory()

    admin_client.post(page_of(provider), {"do": "off"})
    provider.refresh_from_db()
    assert provider.off_at is not None
    admin_client.post(page_of(provider), {"do": "on"})
    provider.refresh_from_db()
    assert provider.off_at is None
    assert admin_client.post(page_of(provider), {"do": "other"}).status_code == 400


def test_a_manager_sees_a_provider_and_changes_nothing(form):
    manager, client = UserFactory(role="manager"), Client()
    log_in_with_second_factor(client, manager)
    provider = IdentityProviderFactory(off_at=NOW)

    page = client.get(page_of(provider)).content.decode()

    assert "works.example.org" in page
    assert client.post(page_of(provider), {"do": "on"}).status_code == 403
    assert client.post(ADD, form).status_code == 403
    assert IdentityProvider.objects.get().off_at == NOW
