"""Wake the worker, so that work starts at once and not at the next sweep.

The rows in PostgreSQL are the queue: a lost call delays work, and loses nothing. A broker that is down must not fail
or slow a request.
"""

from __future__ import annotations

import logging
import time

from celery import Task
from django.db import transaction
from kombu.exceptions import OperationalError
from kombu.pools import producers

log = logging.getLogger(__name__)

# After a failure no call is tried for this long: each would wait for the time-out of a broker that is down.
QUIET_SECONDS = 60.0
SHORT_TIMEOUTS = {"socket_connect_timeout": 0.5, "socket_timeout": 1.0, "retry_on_timeout": False, "max_retries": 0}
_quiet_until = 0.0


def ring_after_commit(task: Task, *args: object) -> None:
    """Start ``task`` once the current transaction commits. A beat sweep does the same work if the call is lost."""

    def ring_bell() -> None:
        ring(task, *args)

    transaction.on_commit(ring_bell, robust=True)


def ring(task: Task, *args: object) -> bool:
    """Start ``task`` now. Return whether the broker took it. Does not raise if the broker is down."""
    global _quiet_until
    if time.monotonic() < _quiet_until:
        return False
    try:
        # This connection has short time-outs. The worker's are for long waits, and retries multiply them. It is kept
        # open for the next call.
        connection = task.app.connection_for_write(transport_options=SHORT_TIMEOUTS)
        with producers[connection].acquire(block=True) as producer:
            task.apply_async(args=args, producer=producer, retry=False)
    except (OperationalError, OSError) as error:
        _quiet_until = time.monotonic() + QUIET_SECONDS
        log.warning("doorbell: broker away (%s), quiet for %.0f s", type(error).__name__, QUIET_SECONDS)
        return False
    return True
