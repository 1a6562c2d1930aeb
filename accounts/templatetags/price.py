"""A template filter for a price, or none."""

from django import template

from accounts.words import price_in_words

register = template.Library()
register.filter("price", price_in_words)
