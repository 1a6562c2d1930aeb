"""Waking the worker. The rows in PostgreSQL are the queue; this only makes it quick, and must never hurt a request."""

from __future__ import annotations

import logging
import time

from celery import Task
from django.db import transaction
from kombu.exceptions import OperationalError

log = logging.getLogger(__name__)

# While the broker is away every request would wait for its time-out; after one failure the others do not try.
QUIET_SECONDS = 60.0
SHORT_TIMEOUTS = {"socket_connect_timeout": 0.5, "socket_timeout": 1.0, "retry_on_timeout": False, "max_retries": 0}
_quiet_until = 0.0


def ring_after_commit(task: Task, *args: object) -> None:
    """Start ``task`` once the present transaction is committed. A beat sweep does the same work if this is lost."""

    def ring_bell() -> None:
        ring(task, *args)

    transaction.on_commit(ring_bell, robust=True)


def ring(task: Task, *args: object) -> bool:
    """Start ``task`` now and return whether the broker took it. Never raises for a broker that is away."""
    global _quiet_until
    if time.monotonic() < _quiet_until:
        return False
    try:
        # A connection of its own with short time-outs: those of the worker are for long waits, and are multiplied.
        with task.app.connection_for_write(transport_options=SHORT_TIMEOUTS) as connection:
            task.apply_async(args=args, connection=connection, retry=False)  # type: ignore[call-arg]
    except (OperationalError, OSError) as error:
        _quiet_until = time.monotonic() + QUIET_SECONDS
        log.warning("doorbell: broker away (%s), quiet for %.0f s", type(error).__name__, QUIET_SECONDS)
        return False
    return True
