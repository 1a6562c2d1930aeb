"""Celery tasks of this app, beside those of the outbox. They take nothing, and running twice does no harm."""

from celery import shared_task
from django.utils import timezone

from accounts.jobs import counts, pauses


@shared_task
def end_pauses() -> int:
    """End pauses whose end date has come. Called by beat."""
    return pauses.end_pauses(now=timezone.now())


@shared_task
def delete_expired_counts() -> int:
    """Delete expired entries of the cache, which holds the counts of wrong passwords. Called by beat."""
    return counts.delete_expired_counts(now=timezone.now())
