"""A template filter for texts that people wrote in a place for one line."""

from django import template

from accounts.notifications.render import one_line

register = template.Library()
register.filter("one_line", one_line)
