"""The wiring as a Django app: for its system checks, templates and commands."""

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "config"
