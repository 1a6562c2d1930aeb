"""A template tag for the figures of the outbox, for admin pages."""

from __future__ import annotations

from django import template
from django.template import Context
from django.utils import timezone

from accounts.figures.values import duration_in_words
from accounts.notifications.figures import OutboxFigures, outbox_figures

register = template.Library()


@register.simple_tag(takes_context=True)
def outbox(context: Context) -> OutboxFigures:
    return outbox_figures(now=timezone.now(), reader=context["request"].user)


@register.filter
def lasting(seconds: int) -> str:
    """Return a number of seconds as people say it."""
    return duration_in_words(seconds)
