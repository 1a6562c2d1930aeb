"""Blocks between people."""

import uuid

from django.conf import settings
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from accounts.models.concern import Concern

BLOCKS_MAX = 500


class Block(models.Model):
    """``blocker`` does not want to meet ``blocked``. The two are kept apart, and neither is notified.

    A concern has a row of its own: it keeps the two apart until it is lifted or closed, whatever else ``blocker`` does.
    """

    # The database fills in rows from before blocks had an identifier.
    uuid = models.UUIDField(default=uuid.uuid4, db_default=RandomUUID(), unique=True, editable=False)
    blocker = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="who blocks", on_delete=models.CASCADE, related_name="blocks"
    )
    blocked = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="who is blocked", on_delete=models.CASCADE, related_name="blocked_by"
    )
    concern = models.OneToOneField(
        Concern,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        editable=False,
        related_name="separation",
        help_text="The concern that keeps the two apart. Empty for a block of one's own.",
    )
    created_at = models.DateTimeField("since", default=timezone.now, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["blocker", "blocked"], condition=Q(concern__isnull=True), name="block_once"
            ),
            models.CheckConstraint(condition=~Q(blocker=F("blocked")), name="block_not_oneself"),
        ]
        indexes = [
            # Whether two people are kept apart, by a block or by a concern.
            models.Index(fields=["blocker", "blocked"], name="block_of_two"),
        ]

    def __str__(self) -> str:
        return f"{self.blocker} blocks {self.blocked}"
