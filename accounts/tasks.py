"""Celery tasks of this app, beside those of the outbox. Running twice does no harm."""

from celery import shared_task
from django.utils import timezone

from accounts.jobs import calendars, counts, pauses, sessions, sign_ups


@shared_task
def end_pauses() -> int:
    """End pauses whose end date has come. Called by beat."""
    return pauses.end_pauses(now=timezone.now())


@shared_task
def read_calendars() -> int:
    """Read the calendars of members that are due. Called by beat."""
    return calendars.read_calendars(now=timezone.now())


@shared_task
def read_calendar(calendar_id: int) -> bool:
    """Read one calendar at once. If the call is lost, ``read_calendars`` does the same within a minute."""
    return calendars.read_calendar(calendar_id=calendar_id, now=timezone.now())


@shared_task
def delete_expired_counts() -> int:
    """Delete expired entries of the cache, which holds the counts of wrong passwords. Called by beat."""
    return counts.delete_expired_counts(now=timezone.now())


@shared_task
def delete_expired_sessions() -> int:
    """Delete the sessions that are over. Called by beat."""
    return sessions.delete_expired_sessions(now=timezone.now())


@shared_task
def forget_sign_up(user_id: int) -> bool:
    """Delete an account whose address was misspelt. If the call is lost, it stays, and nobody can log in to it."""
    return sign_ups.forget_sign_up(user_id=user_id)
