"""A template tag for the figures of the outbox, for admin pages."""

from __future__ import annotations

from django import template
from django.utils import timezone

from accounts.notifications.figures import OutboxFigures, outbox_figures

register = template.Library()


@register.simple_tag
def outbox() -> OutboxFigures:
    return outbox_figures(now=timezone.now())
