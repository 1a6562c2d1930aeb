"""Heartbeats: rows that say when a process last did its work."""

from __future__ import annotations

from datetime import datetime

from accounts.models import Heartbeat


def beat(name: str, *, now: datetime) -> None:
    """Record that the process ``name`` did its work."""
    Heartbeat.objects.update_or_create(name=name, defaults={"last_at": now})
