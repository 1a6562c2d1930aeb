"""Celery's entrances to this app: an id or nothing goes in, and running twice does no harm."""

from celery import shared_task
from django.utils import timezone

from accounts.jobs.deliver import drain


@shared_task
def drain_outbox() -> int:
    """Send what is due. Healed by beat, which calls it every 15 seconds."""
    return drain(now=timezone.now)
