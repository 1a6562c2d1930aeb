"""Access tokens: programs act for a person by them, as far as their scopes go."""

from __future__ import annotations

import hashlib
import uuid
from datetime import datetime

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

# Programs that look for secrets in code find tokens by this, and logs cut what follows it.
PREFIX = "mentorship_pat_"
TOKEN_NAME_MAX = 60
SCOPE_MAX = 20


def digest_of(token: str) -> str:
    """Return the digest that stands for ``token`` in the database. The token is random, so it needs no salt."""
    return hashlib.sha256(token.encode()).hexdigest()


class AccessTokenQuerySet(models.QuerySet["AccessToken"]):
    def in_force(self, *, at: datetime) -> AccessTokenQuerySet:
        return self.filter(revoked_at__isnull=True, expires_at__gt=at)


class AccessToken(models.Model):
    """A token of a person or of a service account. The database holds its digest only.

    ``ends_with`` are its last four characters: they tell it from others, and open nothing.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="access_tokens")
    name = models.CharField(max_length=TOKEN_NAME_MAX)
    scopes = ArrayField(models.CharField(max_length=SCOPE_MAX))
    digest = models.CharField(max_length=64, unique=True, editable=False)
    ends_with = models.CharField(max_length=4, editable=False)
    created_at = models.DateTimeField("made on", default=timezone.now, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", editable=False
    )
    expires_at = models.DateTimeField("expires on")
    last_used_at = models.DateTimeField("last used", null=True, editable=False, help_text="To within a minute.")
    revoked_at = models.DateTimeField("revoked on", null=True, editable=False)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", editable=False
    )

    objects = AccessTokenQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="access_token_has_a_name"),
            models.CheckConstraint(condition=~Q(scopes=[]), name="access_token_has_a_scope"),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("created_at")), name="access_token_expires_after_its_creation"
            ),
        ]
        indexes = [
            # The tokens of a person, newest first.
            models.Index(fields=["user", "-created_at", "-id"], name="access_token_of_user"),
        ]

    def __str__(self) -> str:
        return self.name

    def is_in_force(self, now: datetime) -> bool:
        return self.revoked_at is None and self.expires_at > now
