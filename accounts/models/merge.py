"""Two accounts of one person that were made one, and pairs of whom an admin said that they are two people."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.models.addresses import EMAIL_MAX
from accounts.models.decision import REASON_MAX


class AccountMerge(models.Model):
    """An account that is ``gone``: what it had is with the one that ``stays``. Rows are written and never changed.

    ``moved`` holds how many rows of each kind moved, by their name. ``gone_email`` is the address that the account had,
    and ``keeps_address`` says that it was confirmed, so that the person still logs in with it.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    gone = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="merge")
    stays = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="merges")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    reason = models.TextField(max_length=REASON_MAX)
    gone_email = models.CharField(max_length=EMAIL_MAX)
    keeps_address = models.BooleanField()
    moved = models.JSONField(default=dict)
    merged_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="account_merge_has_a_reason"),
            models.CheckConstraint(condition=~Q(gone=F("stays")), name="account_merge_is_of_two_accounts"),
        ]

    def __str__(self) -> str:
        return f"{self.gone_email} into {self.stays}"


class NotSamePerson(models.Model):
    """Two people who look alike, and are two. The pair is stored once: ``first`` has the lower primary key."""

    first = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    second = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    said_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "pairs that are not the same person"
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="not_same_person_once_per_pair"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="not_same_person_lower_key_first"),
        ]

    def __str__(self) -> str:
        return f"{self.first_id} is not {self.second_id}"
