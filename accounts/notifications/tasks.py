"""Celery's entrances to the outbox: nothing goes in, and running twice does no harm."""

from celery import shared_task
from django.utils import timezone

from accounts import doorbell
from accounts.notifications.deliver import BATCH_MAX, drain
from accounts.notifications.heartbeat import beat


@shared_task
def drain_outbox() -> int:
    """Send the due rows. Beat calls it every 15 seconds, which heals a lost call."""
    done = drain(now=timezone.now)
    if done >= BATCH_MAX:
        doorbell.ring(drain_outbox)  # more rows are due
    return done


@shared_task
def note_heartbeat() -> None:
    """Note that beat, the broker and a worker work. The next call heals a lost one."""
    beat("worker", now=timezone.now())
