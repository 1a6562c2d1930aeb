"""The wiring as a Django app: for its static files."""

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "config"
