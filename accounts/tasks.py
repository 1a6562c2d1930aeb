"""Celery's entrances to this app, beside those of the outbox: an id or nothing goes in, running twice does no harm."""

from celery import shared_task
from django.utils import timezone

from accounts.jobs import pauses


@shared_task
def end_pauses() -> int:
    """Bring mentors back whose pause ends today. Called by beat."""
    return pauses.end_pauses(now=timezone.now())
