"""Endpoints of webhooks: owners add, change and switch them, send a test, and send events again."""

from __future__ import annotations

import base64
import secrets
import uuid
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import transaction

from accounts.event_kinds import TEST
from accounts.exceptions import WebhookNotPossible
from accounts.fetch import CannotFetch, checked
from accounts.models import Notification, User, WebhookEndpoint
from accounts.sealed import seal

OLD_SECRET_FOR = timedelta(days=1)
ENDPOINTS_MAX = 20
REPLAY_MAX = 10_000


@transaction.atomic
def add_endpoint(
    *, name: str, address: str, kinds: Iterable[str], by: User, now: datetime
) -> tuple[WebhookEndpoint, str]:
    """Add an endpoint that is on. Return it with its secret, which is shown once. Raises WebhookNotPossible."""
    if WebhookEndpoint.objects.count() >= ENDPOINTS_MAX:
        raise WebhookNotPossible(f"There are {ENDPOINTS_MAX} endpoints. Change one of them instead.")
    secret = _new_secret()
    endpoint = WebhookEndpoint.objects.create(
        name=name,
        address=_possible(address),
        kinds=sorted(kinds),
        sealed_secret=seal(secret),
        created_by=by,
        created_at=now,
    )
    return endpoint, secret


@transaction.atomic
def change_endpoint(*, endpoint_id: int, name: str, address: str, kinds: Iterable[str]) -> WebhookEndpoint:
    """Change name, address and kinds. Raises WebhookNotPossible."""
    endpoint = _locked(endpoint_id)
    endpoint.name, endpoint.address, endpoint.kinds = name, _possible(address), sorted(kinds)
    endpoint.save(update_fields=["name", "address", "kinds"])
    return endpoint


@transaction.atomic
def rotate_secret(*, endpoint_id: int, now: datetime) -> str:
    """Give a new secret, and return it. For OLD_SECRET_FOR deliveries are signed with the one before it as well."""
    endpoint, secret = _locked(endpoint_id), _new_secret()
    endpoint.sealed_old_secret, endpoint.old_secret_until_at = endpoint.sealed_secret, now + OLD_SECRET_FOR
    endpoint.sealed_secret = seal(secret)
    endpoint.save(update_fields=["sealed_secret", "sealed_old_secret", "old_secret_until_at"])
    return secret


@transaction.atomic
def switch_endpoint(*, endpoint_id: int, is_on: bool, now: datetime) -> None:
    """Switch an endpoint on or off. Events of a time when it is off are kept, and are sent by ``replay_since``."""
    endpoint = _locked(endpoint_id)
    if is_on:
        endpoint.switch_on()
    elif endpoint.off_at is None:
        endpoint.switch_off(WebhookEndpoint.OffCause.OWNER, at=now)
    endpoint.save(update_fields=["off_at", "off_cause", "failing_since_at", "rests_until_at"])


@transaction.atomic
def send_test(*, endpoint_id: int, now: datetime) -> None:
    """Send an event of the kind TEST, whatever the endpoint is subscribed to. Raises WebhookNotPossible while off."""
    endpoint = _that_is_on(endpoint_id)
    event = f"evt_{uuid.uuid4()}"
    payload = {
        "id": event,
        "type": TEST,
        "timestamp": f"{now.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}",
        "data": {"endpoint": str(endpoint.uuid), "status": "test"},
    }
    _delivery(endpoint, payload, f"{endpoint.pk}:{event}", now).save()


@transaction.atomic
def replay(*, delivery_id: int, now: datetime) -> None:
    """Send an event once more, with the same id. Raises WebhookNotPossible while its endpoint is off."""
    row = Notification.objects.get(pk=delivery_id, endpoint__isnull=False)
    _send_again([row.payload], _that_is_on(int(row.endpoint_id or 0)), now)


@transaction.atomic
def replay_since(*, endpoint_id: int, since: datetime, now: datetime) -> int:
    """Send all events since a time once more, each with its id, in their order. Return how many.

    Raises WebhookNotPossible while the endpoint is off, and for more than REPLAY_MAX events.
    """
    endpoint = _that_is_on(endpoint_id)
    rows = endpoint.deliveries.filter(created_at__gte=since).exclude(title=TEST).order_by("created_at", "pk")
    waiting = {row["id"] for row in rows.filter(status=Notification.Status.PENDING).values_list("payload", flat=True)}
    events = {payload["id"]: payload for payload in rows.values_list("payload", flat=True).iterator()}
    again = [payload for event, payload in events.items() if event not in waiting]
    if len(again) > REPLAY_MAX:
        raise WebhookNotPossible(f"These are {len(again)} events. Choose a later time: {REPLAY_MAX} are sent at most.")
    return _send_again(again, endpoint, now)


def _send_again(payloads: Iterable[Mapping[str, Any]], endpoint: WebhookEndpoint, now: datetime) -> int:
    rows = [_delivery(endpoint, one, f"{endpoint.pk}:{one['id']}:{now.isoformat()}", now) for one in payloads]
    # A second click at the same moment writes the same keys.
    return len(Notification.objects.bulk_create(rows, ignore_conflicts=True, batch_size=1000))


def _delivery(endpoint: WebhookEndpoint, payload: Mapping[str, Any], key: str, now: datetime) -> Notification:
    return Notification(
        channel=Notification.Channel.WEBHOOK,
        endpoint=endpoint,
        kind="webhook",
        key=key,
        payload=dict(payload),
        title=str(payload["type"]),
        due_at=now,
        created_at=now,
    )


def _possible(address: str) -> str:
    """Return an address that may be called. Where it leads is judged at each connection."""
    try:
        checked(address)
    except CannotFetch:
        address = ""
    if not address.startswith("https://"):
        raise WebhookNotPossible("Write the address of a public server: it begins with https://, and has no port.")
    return address


def _locked(endpoint_id: int) -> WebhookEndpoint:
    return WebhookEndpoint.objects.select_for_update(no_key=True).get(pk=endpoint_id)


def _that_is_on(endpoint_id: int) -> WebhookEndpoint:
    endpoint = _locked(endpoint_id)
    if endpoint.off_at is not None:
        raise WebhookNotPossible("The endpoint is switched off. Switch it on first.")
    return endpoint


def _new_secret() -> str:
    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()
