"""A message to one person: in-app row and e-mail outbox in one."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone


class Notification(models.Model):
    """Written in the transaction of the fact it tells of; the row is the queue.

    ``kind`` names an entry of the registry, ``key`` makes the message unique for its recipient, ``payload`` holds
    the opaque identifiers from which the text is rendered when it is sent.
    """

    class Status(models.TextChoices):
        PENDING = "pending"
        SENDING = "sending"
        SENT = "sent"
        SKIPPED = "skipped"
        DEAD = "dead"

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notifications")
    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=120)
    payload = models.JSONField(default=dict)
    title = models.CharField(max_length=200)
    status = models.CharField(max_length=7, choices=Status, default=Status.PENDING)
    due_at = models.DateTimeField(help_text="Not before.")
    attempts = models.PositiveSmallIntegerField(default=0)
    claim = models.UUIDField(null=True, editable=False, help_text="Who is sending it now.")
    lease_until_at = models.DateTimeField(null=True, editable=False)
    last_error = models.CharField(max_length=300, blank=True)
    sent_at = models.DateTimeField(null=True, editable=False)
    read_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["recipient", "kind", "key"], name="notification_once_per_key"),
            models.CheckConstraint(
                condition=Q(status__in=["pending", "sending", "sent", "skipped", "dead"]),
                name="notification_status_is_known",
            ),
            models.CheckConstraint(
                condition=Q(status="sending", claim__isnull=False, lease_until_at__isnull=False)
                | (~Q(status="sending") & Q(claim__isnull=True, lease_until_at__isnull=True)),
                name="notification_is_claimed_while_sending",
            ),
            models.CheckConstraint(
                condition=Q(status="sent", sent_at__isnull=False) | (~Q(status="sent") & Q(sent_at__isnull=True)),
                name="notification_sent_at_is_set_when_sent",
            ),
        ]
        indexes = [
            # The drain: the oldest due row first.
            models.Index(fields=["due_at", "id"], condition=Q(status="pending"), name="notification_due"),
            # The drain: claims whose holder died.
            models.Index(fields=["lease_until_at"], condition=Q(status="sending"), name="notification_lease"),
            # A person's inbox, newest first.
            models.Index(fields=["recipient", "-created_at", "-id"], name="notification_inbox"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"
