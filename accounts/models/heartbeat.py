"""Heartbeats of background processes."""

from __future__ import annotations

from django.db import models


class Heartbeat(models.Model):
    """The last time a process did its work. ``worker`` needs beat and the broker, ``drain`` runs without them."""

    name = models.CharField(max_length=40, unique=True)
    last_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
