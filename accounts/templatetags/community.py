"""Limits and deadlines in force, for templates."""

from django import template

from accounts.community_settings import value_of

register = template.Library()
register.simple_tag(value_of, name="setting")
