"""People, and how to reach them."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        # Each app registers its messages, the facts that mentors must state, and its steps of newcomers.
        autodiscover_modules("notification_kinds", "readiness", "first_steps")
