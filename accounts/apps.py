"""People, and how to reach them."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        # Each app names the messages it sends in `notification_kinds.py`, as it names its admin pages.
        autodiscover_modules("notification_kinds")
