"""Webhooks by the Standard Webhooks specification: a signed POST to one endpoint, in two phases as a mail is sent.

The receiver knows a copy by its ``webhook-id``, so a delivery that may have arrived is sent again.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http.client import HTTPException, HTTPResponse

from django.db import transaction
from standardwebhooks import Webhook

from accounts.fetch import CannotFetch, GuardedConnection, checked, connection_to
from accounts.models import Notification, WebhookAttempt, WebhookEndpoint
from accounts.models.webhook import ANSWER_MAX, GIVES_UP_AFTER
from accounts.notifications.failures import WebhookFailed
from accounts.sealed import unseal

# Waits between attempts, each up to a fifth longer. They are longer than GIVES_UP_AFTER in all.
WAITS = (
    *(timedelta(seconds=20), timedelta(minutes=2), timedelta(minutes=10)),
    *(timedelta(hours=hours) for hours in (1, 4, 12, 24, 36)),
)
# For one attempt, from the look-up of the name to the end of the answer. The lease of a claim is longer.
SECONDS_MAX = 10.0
RETRY_AFTER_MAX = timedelta(days=1)
# After a failure the other events of the endpoint wait for a tenth of the time for which it has failed.
REST_MIN, REST_MAX = timedelta(seconds=15), timedelta(hours=1)
ADDRESS = re.compile(r"\S+@\S+")
REFUSED_BY_GUARD = "The address does not lead to a public server by https"


@dataclass(frozen=True, slots=True)
class Message:
    delivery: Notification
    path: str
    headers: dict[str, str]
    body: bytes


class WebhookChannel:
    """One endpoint. Each delivery has its own connection. Redirects are not followed: they count as failures."""

    is_shared = False
    honours_key = True

    def __init__(self, endpoint_id: int) -> None:
        self.endpoint_id = endpoint_id
        self.connection: GuardedConnection | None = None

    def refusal(self, row: Notification) -> str:
        self.endpoint = WebhookEndpoint.objects.get(pk=self.endpoint_id)
        return "The endpoint was switched off." if self.endpoint.off_at else ""

    def compose(self, row: Notification) -> Message:
        """Sign with the secret, and with the one before it while that is valid. Raises CannotOpen without the key."""
        self.delivery, self.at = row, row.moment
        body = json.dumps(row.payload, separators=(",", ":"))
        secrets = [self.endpoint.sealed_secret]
        if self.endpoint.old_secret_until_at and self.at < self.endpoint.old_secret_until_at:
            secrets.append(self.endpoint.sealed_old_secret)
        event = str(row.payload["id"])
        signatures = [Webhook(unseal(sealed)).sign(event, self.at.astimezone(UTC), body) for sealed in secrets]
        headers = {
            "Content-Type": "application/json",
            "Content-Length": str(len(body.encode())),
            "webhook-id": event,
            "webhook-timestamp": str(int(self.at.timestamp())),
            "webhook-signature": " ".join(signatures),
        }
        return Message(row, path_of(self.endpoint.address), headers, body.encode())

    def open(self) -> None:
        """Connect to a public address only. Raises WebhookFailed."""
        try:
            self.connection = connection_to(checked(self.endpoint.address), time.monotonic() + SECONDS_MAX)
            self.connection.connect()
        except CannotFetch as error:
            guarded = error.code in ("not_public", "no_https")
            raise self._failed(None, REFUSED_BY_GUARD if guarded else f"No connection: {error.code}") from error
        except OSError as error:
            raise self._failed(None, f"No connection: {type(error).__name__}") from error

    def send(self, message: Message, before_last_byte: Callable[[], None]) -> None:
        """Send in two phases. Raises WebhookFailed, and errors of the callback."""
        try:
            self._post(message, before_last_byte)
        finally:
            self.close()

    def _post(self, message: Message, before_last_byte: Callable[[], None]) -> None:
        connection = self.connection
        if connection is None:
            raise OSError("not connected")
        try:
            connection.putrequest("POST", message.path)
            for name, value in message.headers.items():
                connection.putheader(name, value)
            connection.endheaders(message.body[:-1])
        except (OSError, HTTPException) as error:
            raise self._failed(None, f"No answer: {type(error).__name__}") from error
        before_last_byte()
        try:
            connection.send(message.body[-1:])
            answer = connection.getresponse()
            words = b""
            with suppress(OSError, HTTPException, ValueError):  # the status says enough
                words = answer.read(ANSWER_MAX)
        except (OSError, HTTPException, ValueError) as error:
            raise self._failed(None, f"No answer: {type(error).__name__}") from error
        said = plain(words)
        if not 200 <= answer.status < 300:
            raise self._failed(answer.status, said, wait=retry_after(answer, now=self.at))
        self._succeeded(answer.status, said)

    def close(self) -> None:
        if self.connection is not None:
            self.connection.finish()
            self.connection = None

    def address_of(self, message: Message) -> str:
        return ""

    @transaction.atomic
    def _succeeded(self, status_code: int, words: str) -> None:
        failing = WebhookEndpoint.objects.filter(pk=self.endpoint_id, failing_since_at__isnull=False)
        failing.update(failing_since_at=None, rests_until_at=None)
        self._log(status_code, words)

    @transaction.atomic
    def _failed(self, status_code: int | None, words: str, *, wait: timedelta | None = None) -> WebhookFailed:
        """Log a failure, let the endpoint rest or switch it off. Return the error for the delivery."""
        endpoint = WebhookEndpoint.objects.select_for_update(no_key=True).get(pk=self.endpoint_id)
        self._log(status_code, words)
        endpoint.failing_since_at = endpoint.failing_since_at or self.at
        failing_for = self.at - endpoint.failing_since_at
        if endpoint.off_at is None and status_code == 410:
            endpoint.switch_off(WebhookEndpoint.OffCause.GONE, at=self.at)
        elif endpoint.off_at is None and failing_for >= GIVES_UP_AFTER:
            endpoint.switch_off(WebhookEndpoint.OffCause.FAILING, at=self.at)
        rest = max(min(max(failing_for / 10, REST_MIN), REST_MAX), wait or REST_MIN)
        endpoint.rests_until_at = self.at + rest
        endpoint.save(update_fields=["failing_since_at", "rests_until_at", "off_at", "off_cause"])
        if endpoint.off_at is None:
            # They would fail as well, and each costs up to SECONDS_MAX.
            waiting = Notification.objects.filter(endpoint=endpoint, status=Notification.Status.PENDING)
            waiting.filter(due_at__lt=endpoint.rests_until_at).update(due_at=endpoint.rests_until_at)
        said = f"{status_code} {words}".strip() if status_code else words
        return WebhookFailed(said, status_code=status_code, wait=wait)

    def _log(self, status_code: int | None, words: str) -> None:
        WebhookAttempt.objects.create(
            delivery=self.delivery, tried_at=self.at, status_code=status_code, answer=words[:ANSWER_MAX]
        )


def path_of(address: str) -> str:
    parts = checked(address)
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def plain(words: bytes) -> str:
    """Return the beginning of an answer in one line, without addresses of people."""
    text = "".join(char if char.isprintable() else " " for char in words.decode("utf-8", "replace"))
    return ADDRESS.sub("...", text).strip()


def retry_after(answer: HTTPResponse, *, now: datetime) -> timedelta | None:
    """Return how long the receiver asks to wait, RETRY_AFTER_MAX at most. None if it does not say."""
    value = (answer.headers.get("Retry-After") or "").strip()
    if value.isascii() and value.isdecimal():
        wait = timedelta(seconds=min(int(value[:9]), RETRY_AFTER_MAX.total_seconds()))
    else:
        try:
            until = parsedate_to_datetime(value)
        except (TypeError, ValueError, IndexError):
            return None
        wait = (until if until.tzinfo else until.replace(tzinfo=UTC)) - now
    return min(max(wait, timedelta()), RETRY_AFTER_MAX)
