"""Signs of life, in the database, where the figures to watch are."""

from __future__ import annotations

from datetime import datetime

from accounts.models import Heartbeat


def beat(name: str, *, now: datetime) -> None:
    Heartbeat.objects.update_or_create(name=name, defaults={"last_at": now})
