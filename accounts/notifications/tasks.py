"""Celery tasks of the outbox. They take nothing, and running twice does no harm."""

from celery import shared_task
from django.utils import timezone

from accounts import doorbell
from accounts.notifications.deliver import BATCH_MAX, drain
from accounts.notifications.heartbeat import beat


@shared_task
def drain_outbox() -> int:
    """Send the due rows. Beat calls it regularly, which makes up for a lost call."""
    done = drain(now=timezone.now)
    if done >= BATCH_MAX:
        doorbell.ring(drain_outbox)  # more rows are due
    return done


@shared_task
def drain_webhooks() -> int:
    """Deliver the due events to their endpoints. Beat calls it regularly: triggers, which write events, ring nobody."""
    done = drain(now=timezone.now, webhooks=True)
    if done >= BATCH_MAX:
        doorbell.ring(drain_webhooks)  # more rows are due
    return done


@shared_task
def note_heartbeat() -> None:
    """Record that beat, the broker and a worker are up. The next call makes up for a lost one."""
    beat("worker", now=timezone.now())
