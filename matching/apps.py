"""From a help request to an accepted match."""

from django.apps import AppConfig


class MatchingConfig(AppConfig):
    name = "matching"
