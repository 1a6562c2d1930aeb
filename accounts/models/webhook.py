"""Webhooks: addresses of other systems that are told of events. Each delivery is a row of the outbox."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models.notification import Notification

ADDRESS_MAX = 500
ANSWER_MAX = 200
# An endpoint that has failed for so long, without a success in between, is switched off.
GIVES_UP_AFTER = timedelta(days=3)


class WebhookEndpoint(models.Model):
    """An address that gets events of the kinds it is subscribed to.

    Secrets are sealed (accounts/sealed.py). Until ``old_secret_until_at`` deliveries are signed with both.
    ``failing_since_at`` is the first failure after the last success. Nothing is sent before ``rests_until_at``.
    """

    class OffCause(models.TextChoices):
        OWNER = "owner", "switched off by an owner"
        GONE = "gone", "its server answered 410: it is gone"
        FAILING = "failing", "it failed for three days"

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=60)
    address = models.CharField(max_length=ADDRESS_MAX)
    kinds = ArrayField(models.CharField(max_length=40))
    sealed_secret = models.TextField(editable=False)
    sealed_old_secret = models.TextField(blank=True, editable=False)
    old_secret_until_at = models.DateTimeField("old secret until", null=True, editable=False)
    off_at = models.DateTimeField("off since", null=True, editable=False)
    off_cause = models.CharField(max_length=7, choices=OffCause, blank=True, editable=False)
    failing_since_at = models.DateTimeField("fails since", null=True, editable=False)
    rests_until_at = models.DateTimeField("rests until", null=True, editable=False)
    created_at = models.DateTimeField("made on", default=timezone.now, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", editable=False
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(off_at__isnull=True, off_cause="")
                | Q(off_at__isnull=False, off_cause__in=["owner", "gone", "failing"]),
                name="webhook_endpoint_is_off_for_a_cause",
            ),
            models.CheckConstraint(condition=Q(address__startswith="https://"), name="webhook_endpoint_has_https"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def server(self) -> str:
        """The name of the server. The rest of the address may hold a secret."""
        return urlsplit(self.address).hostname or ""

    def switch_off(self, cause: str, *, at: datetime) -> None:
        """Send nothing from now on. The caller holds the lock of the row, and saves."""
        self.off_at, self.off_cause = at, cause

    def switch_on(self) -> None:
        """Send again, as if it had never failed. The caller holds the lock of the row, and saves."""
        self.off_at, self.off_cause = None, ""
        self.failing_since_at = self.rests_until_at = None


class WebhookDelivery(Notification):
    """The rows of the outbox that go to endpoints, for pages of their own."""

    class Meta:
        proxy = True
        verbose_name_plural = "webhook deliveries"


class WebhookAttempt(models.Model):
    """One attempt to deliver an event. ``status_code`` is empty if there was no answer; ``answer`` says why then."""

    delivery = models.ForeignKey(Notification, on_delete=models.CASCADE, related_name="webhook_attempts")
    tried_at = models.DateTimeField("tried on")
    status_code = models.PositiveSmallIntegerField(null=True)
    answer = models.CharField(max_length=ANSWER_MAX, blank=True)

    class Meta:
        ordering = ["tried_at", "pk"]

    def __str__(self) -> str:
        return f"{self.status_code or 'no answer'} {self.answer}".strip()
