"""Counts of wrong passwords and codes: entries of the database cache, which never makes room by itself."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import connection


def delete_expired_counts(*, now: datetime) -> int:
    """Delete the expired entries of the default cache. Return how many were deleted."""
    table = connection.ops.quote_name(str(settings.CACHES["default"]["LOCATION"]))
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table} WHERE expires < %s", [now])  # noqa: S608 - the name is from the settings
        return cursor.rowcount
