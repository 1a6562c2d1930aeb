"""Celery's entrances to this app: an id or nothing goes in, and running twice does no harm."""

from celery import shared_task
from django.utils import timezone

from mentorship.jobs import ask_about_end


@shared_task
def ask_about_ends() -> int:
    """Ask both about the planned end of their mentorship. Called by beat."""
    return ask_about_end.ask_about_ends(now=timezone.now())
