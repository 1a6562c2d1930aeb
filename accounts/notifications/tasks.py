"""Celery's entrances to this app: an id or nothing goes in, and running twice does no harm."""

from celery import shared_task
from django.utils import timezone

from accounts import doorbell
from accounts.notifications.deliver import BATCH_MAX, drain
from accounts.notifications.heartbeat import beat


@shared_task
def drain_outbox() -> int:
    """Send what is due. Healed by beat, which calls it every 15 seconds."""
    done = drain(now=timezone.now)
    if done >= BATCH_MAX:
        doorbell.ring(drain_outbox)  # there is more, and no reason to wait
    return done


@shared_task
def note_heartbeat() -> None:
    """Write that beat, the broker and a worker work. The next one heals a lost one."""
    beat("worker", now=timezone.now())
