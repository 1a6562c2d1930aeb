"""Celery tasks of this app, beside those of the outbox. They take nothing, and running twice does no harm."""

from celery import shared_task
from django.utils import timezone

from accounts.jobs import pauses


@shared_task
def end_pauses() -> int:
    """End pauses whose end date has come. Called by beat."""
    return pauses.end_pauses(now=timezone.now())
