"""A template tag for trial mode, for the banner of all admin pages."""

from __future__ import annotations

from django import template

from accounts.models import TrialMode
from accounts.selectors import trial_mode_in_force

register = template.Library()


@register.simple_tag
def trial_mode() -> TrialMode | None:
    return trial_mode_in_force()
