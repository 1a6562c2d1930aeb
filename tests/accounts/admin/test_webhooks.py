"""The pages of webhooks and service accounts: secrets are shown once, and never logged."""

from __future__ import annotations

import re

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse

from accounts.models import AccessToken, Notification, User, WebhookEndpoint
from accounts.models.access_token import digest_of
from accounts.sealed import unseal
from tests.factories import AccessTokenFactory, UserFactory, WebhookEndpointFactory
from tests.helpers import log_in_with_second_factor, run_admin_action

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

ENDPOINT = {"name": "Reports", "address": "https://hooks.example.org/", "kinds": ["member.left"]}


@pytest.fixture
def owner(client, admin_user):
    log_in_with_second_factor(client, admin_user)
    return client


def page_of(row) -> str:
    return reverse(f"admin:accounts_{row._meta.model_name}_change", args=[row.pk])


def logged() -> str:
    return " ".join(LogEntry.objects.values_list("change_message", flat=True))


def secrets_in(page: str) -> list[str]:
    return re.findall(r"whsec_[\w+/=]+|mentorship_pat_[\w-]+", page)


def test_an_endpoint_is_added_and_its_secret_shown_once(owner):
    page = owner.post(reverse("admin:accounts_webhookendpoint_add"), ENDPOINT).content.decode()

    endpoint = WebhookEndpoint.objects.get()
    assert secrets_in(page) == [unseal(endpoint.sealed_secret)]
    assert secrets_in(owner.get(page_of(endpoint)).content.decode()) == []
    assert secrets_in(logged()) == []


def test_the_buttons_beside_a_new_secret_lead_to_the_endpoint(owner):
    page = owner.post(reverse("admin:accounts_webhookendpoint_add"), ENDPOINT).content.decode()

    forms = re.findall(r"<form method=\"post\"[^>]*>", page[page.index("The secret") :])
    address = page_of(WebhookEndpoint.objects.get())
    assert len(forms) == 3
    assert all(f'action="{address}"' in form for form in forms)


def test_a_private_address_is_refused_in_words(owner):
    page = owner.post(reverse("admin:accounts_webhookendpoint_add"), ENDPOINT | {"address": "http://a.example.org/"})

    assert "it begins with https://" in page.content.decode()
    assert not WebhookEndpoint.objects.exists()


def test_an_endpoint_is_changed(owner):
    endpoint = WebhookEndpointFactory()

    owner.post(page_of(endpoint), ENDPOINT | {"do": "save"})

    endpoint.refresh_from_db()
    assert (endpoint.name, endpoint.address, endpoint.kinds) == tuple(ENDPOINT.values())


def test_managers_see_the_server_of_an_address_only(client):
    endpoint = WebhookEndpointFactory(address="https://hooks.example.org/services/T0/secret-part?key=2")
    log_in_with_second_factor(client, UserFactory(role="manager"))
    changelist = reverse("admin:accounts_webhookendpoint_changelist")

    for address in (changelist, page_of(endpoint), f"{changelist}?q=secret-part"):
        page = client.get(address).content.decode()
        assert ("hooks.example.org" in page) is ("q=" not in address)
        assert "/services/T0" not in page


def test_a_new_secret_is_shown_once(owner):
    endpoint = WebhookEndpointFactory()

    page = owner.post(page_of(endpoint), {"do": "rotate"}).content.decode()

    endpoint.refresh_from_db()
    assert secrets_in(page) == [unseal(endpoint.sealed_secret)]
    assert secrets_in(logged()) == []


def test_buttons_switch_and_test_and_send_again(owner):
    endpoint = WebhookEndpointFactory()

    owner.post(page_of(endpoint), {"do": "test"})
    assert Notification.objects.get(endpoint=endpoint).title == "webhook.test"
    owner.post(page_of(endpoint), {"do": "off"})
    UserFactory()
    endpoint.refresh_from_db()
    assert endpoint.off_cause == "owner"
    owner.post(page_of(endpoint), {"do": "on"})
    page = owner.post(page_of(endpoint), {"do": "since", "since": "2026-01-01T00:00"}, follow=True).content.decode()

    assert "1 event is sent again" in page
    assert sorted(endpoint.deliveries.values_list("title", "status")) == [
        ("member.joined", "pending"),
        ("member.joined", "skipped"),
        ("webhook.test", "pending"),
    ]


def test_a_delivery_is_sent_again_from_the_list(owner):
    endpoint = WebhookEndpointFactory()
    UserFactory()
    delivery = endpoint.deliveries.get()

    run_admin_action(owner, "accounts_webhookdelivery", "replay", delivery)

    assert endpoint.deliveries.exclude(pk=delivery.pk).get().payload == delivery.payload


def test_a_manager_reads_and_changes_nothing(client):
    log_in_with_second_factor(client, UserFactory(role="manager"))
    endpoint, service = WebhookEndpointFactory(), UserFactory(is_service=True, password="!")
    account = reverse("admin:accounts_serviceaccount_change", args=[service.pk])

    assert client.get(page_of(endpoint)).status_code == 200
    for deed in ("save", "rotate", "on", "off", "test", "since"):
        assert client.post(page_of(endpoint), ENDPOINT | {"do": deed}).status_code == 403
    assert client.post(account, {"do": "make"}).status_code == 403


def test_a_service_account_gets_a_token(owner):
    owner.post(reverse("admin:accounts_serviceaccount_add"), {"name": "Reports"})
    service = User.objects.get(is_service=True)
    page = reverse("admin:accounts_serviceaccount_change", args=[service.pk])

    answer = owner.post(page, {"do": "make", "name": "Nightly", "scopes": ["requests:read"], "days": 30})

    [secret] = secrets_in(answer.content.decode())
    assert AccessToken.objects.get(user=service).digest == digest_of(secret)
    assert secrets_in(owner.get(page).content.decode() + logged()) == []
    assert not service.has_usable_password()


def test_a_service_account_is_locked(owner):
    service = UserFactory(is_service=True, password="!")

    owner.post(reverse("admin:accounts_serviceaccount_change", args=[service.pk]), {"do": "lock"})

    service.refresh_from_db()
    assert not service.is_active


def test_a_service_account_is_in_no_list_of_people(owner):
    service = UserFactory(is_service=True, password="!", name="Nightly Reports")

    for model in ("user", "profile"):
        assert service.name not in owner.get(reverse(f"admin:accounts_{model}_changelist")).content.decode()


def test_an_admin_revokes_a_token(owner, admin_user):
    token = AccessTokenFactory()

    run_admin_action(owner, "accounts_accesstoken", "revoke", token)

    token.refresh_from_db()
    assert token.revoked_by == admin_user


def test_no_page_of_a_token_shows_its_digest(owner):
    token = AccessTokenFactory()

    assert token.digest not in owner.get(page_of(token)).content.decode()
