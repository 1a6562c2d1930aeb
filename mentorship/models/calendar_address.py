"""Private addresses at which calendar programs read the sessions of a person."""

from __future__ import annotations

import hashlib

from django.conf import settings
from django.db import models


def digest_of(token: str) -> str:
    """Return the digest that stands for ``token`` in the database. The token is random, so it needs no salt."""
    return hashlib.sha256(token.encode()).hexdigest()


class CalendarAddress(models.Model):
    """The address of a person's sessions ends in a secret token. The database holds its digest only."""

    person = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="calendar_address")
    digest = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField("since")

    class Meta:
        verbose_name_plural = "calendar addresses"

    def __str__(self) -> str:
        return f"calendar address of {self.person}"
