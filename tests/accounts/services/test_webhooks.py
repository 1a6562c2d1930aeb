"""Endpoints: their secrets, tests, replays, and what is forgotten."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from accounts.event_kinds import TEST
from accounts.exceptions import WebhookNotPossible
from accounts.jobs.webhooks import KEPT_FOR, delete_old_deliveries, tell_of_switched_off
from accounts.models import Notification, WebhookAttempt, WebhookEndpoint
from accounts.sealed import unseal
from accounts.services.webhooks import (
    ENDPOINTS_MAX,
    add_endpoint,
    change_endpoint,
    replay,
    replay_since,
    rotate_secret,
    send_test,
    switch_endpoint,
)
from tests.factories import NOW, UserFactory, WebhookEndpointFactory
from tests.helpers import kinds

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

HOUR = timedelta(hours=1)


@pytest.fixture
def owner(admin_user):
    return admin_user


@pytest.fixture
def endpoint():
    return WebhookEndpointFactory(kinds=["request.opened"])


def delivery(endpoint, *, number=1, created_at=NOW, **facts):
    facts = {"status": "sent", "sent_at": created_at} | facts
    payload = {"id": f"evt_{number}", "type": "member.left", "timestamp": "", "data": {}}
    return Notification.objects.create(
        channel="webhook", endpoint=endpoint, kind="webhook", key=f"{endpoint.pk}:{number}:{created_at}",
        payload=payload, title="member.left", due_at=created_at, created_at=created_at, **facts,
    )  # fmt: skip


def test_a_secret_is_returned_once_and_stored_sealed(owner):
    endpoint, secret = add_endpoint(
        name="Figures", address="https://hooks.example.org/", kinds=["member.left"], by=owner, now=NOW
    )

    assert secret.startswith("whsec_")
    assert secret not in endpoint.sealed_secret
    assert unseal(endpoint.sealed_secret) == secret


@pytest.mark.parametrize(
    "address",
    [
        "http://hooks.example.org/",
        "webcal://hooks.example.org/",
        "https://hooks.example.org:8443/",
        "https://",
        "hooks",
    ],
)
def test_an_address_that_cannot_be_called_is_refused(address, owner, endpoint):
    with pytest.raises(WebhookNotPossible):
        add_endpoint(name="Figures", address=address, kinds=["member.left"], by=owner, now=NOW)
    with pytest.raises(WebhookNotPossible):
        change_endpoint(endpoint_id=endpoint.pk, name="Figures", address=address, kinds=["member.left"])


def test_there_is_a_limit_of_endpoints(owner):
    WebhookEndpointFactory.create_batch(ENDPOINTS_MAX)

    with pytest.raises(WebhookNotPossible):
        add_endpoint(name="One more", address="https://hooks.example.org/", kinds=["member.left"], by=owner, now=NOW)


def test_the_secret_before_is_valid_for_a_day(endpoint):
    before = unseal(endpoint.sealed_secret)

    secret = rotate_secret(endpoint_id=endpoint.pk, now=NOW)

    endpoint.refresh_from_db()
    assert (unseal(endpoint.sealed_secret), unseal(endpoint.sealed_old_secret)) == (secret, before)
    assert endpoint.old_secret_until_at == NOW + timedelta(days=1)


def test_a_test_event_is_sent_whatever_the_kinds(endpoint):
    send_test(endpoint_id=endpoint.pk, now=NOW)

    row = Notification.objects.get()
    assert (row.title, row.payload["type"], row.status) == (TEST, TEST, "pending")


def test_a_replay_has_the_id_of_the_event(endpoint):
    sent = delivery(endpoint)

    replay(delivery_id=sent.pk, now=NOW + HOUR)

    again = Notification.objects.get(status="pending")
    assert again.payload == sent.payload


def test_a_second_click_at_the_same_moment_replays_once(endpoint):
    sent = delivery(endpoint)

    replay(delivery_id=sent.pk, now=NOW)
    replay(delivery_id=sent.pk, now=NOW)

    assert Notification.objects.filter(status="pending").count() == 1


def test_all_events_since_a_time_are_sent_again_each_once(endpoint):
    delivery(endpoint, number=1, created_at=NOW - HOUR)
    delivery(endpoint, number=2)
    delivery(endpoint, number=3, status="skipped", sent_at=None)
    delivery(endpoint, number=3, created_at=NOW + HOUR)  # a replay of it
    delivery(endpoint, number=4, status="pending", sent_at=None)
    delivery(WebhookEndpointFactory(), number=5)

    assert replay_since(endpoint_id=endpoint.pk, since=NOW, now=NOW + 2 * HOUR) == 2

    again = Notification.objects.filter(created_at=NOW + 2 * HOUR)
    assert [row.payload["id"] for row in again.order_by("pk")] == ["evt_2", "evt_3"]


def test_nothing_is_sent_to_an_endpoint_that_is_off(endpoint):
    sent = delivery(endpoint)
    switch_endpoint(endpoint_id=endpoint.pk, is_on=False, now=NOW)

    for act in (
        lambda: send_test(endpoint_id=endpoint.pk, now=NOW),
        lambda: replay(delivery_id=sent.pk, now=NOW),
        lambda: replay_since(endpoint_id=endpoint.pk, since=NOW, now=NOW),
    ):
        with pytest.raises(WebhookNotPossible):
            act()


def test_an_endpoint_that_is_switched_on_begins_anew():
    endpoint = WebhookEndpointFactory(off_at=NOW, off_cause="failing", failing_since_at=NOW, rests_until_at=NOW)

    switch_endpoint(endpoint_id=endpoint.pk, is_on=True, now=NOW)

    endpoint.refresh_from_db()
    assert (endpoint.off_at, endpoint.off_cause, endpoint.failing_since_at, endpoint.rests_until_at) == (
        None, "", None, None,
    )  # fmt: skip


@pytest.mark.parametrize("cause", ["gone", "failing"])
def test_owners_are_told_once_that_an_endpoint_was_switched_off(cause, owner, endpoint):
    WebhookEndpoint.objects.update(off_at=NOW, off_cause=cause)

    for _ in range(2):
        tell_of_switched_off(now=NOW)

    assert kinds(owner) == ["webhook_off"]


def test_an_owner_who_switched_it_off_is_not_told(owner, endpoint):
    switch_endpoint(endpoint_id=endpoint.pk, is_on=False, now=NOW)

    tell_of_switched_off(now=NOW)

    assert kinds(owner) == []


def test_deliveries_are_forgotten_after_thirty_days(endpoint):
    old = delivery(endpoint, number=1, created_at=NOW - KEPT_FOR)
    WebhookAttempt.objects.create(delivery=old, tried_at=NOW, status_code=200)
    kept = delivery(endpoint, number=2, created_at=NOW - KEPT_FOR + HOUR)
    waiting = delivery(endpoint, number=3, created_at=NOW - KEPT_FOR, status="pending", sent_at=None)
    mail = Notification.objects.create(
        recipient=UserFactory(), kind="welcome", key="1", title="", due_at=NOW, created_at=NOW - KEPT_FOR
    )

    assert delete_old_deliveries(now=NOW) == 1

    assert set(Notification.objects.filter(kind__in=["webhook", "welcome"])) == {kept, waiting, mail}
    assert not WebhookAttempt.objects.exists()


def test_a_test_event_has_its_time_in_the_form_of_all_events(endpoint):
    WebhookEndpoint.objects.update(kinds=["member.joined"])
    UserFactory()

    send_test(endpoint_id=endpoint.pk, now=NOW)

    sent = {row.payload["type"]: row.payload["timestamp"] for row in endpoint.deliveries.all()}
    assert {kind: re.sub(r"\d", "0", at) for kind, at in sent.items()} == {
        "member.joined": "0000-00-00T00:00:00.000000Z",
        TEST: "0000-00-00T00:00:00.000000Z",
    }
