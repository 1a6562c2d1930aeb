"""A template filter for a time of day that is stored as minutes since midnight."""

from django import template

from accounts.models.profile import clock

register = template.Library()
register.filter("clock", clock)
