"""People, and how to reach them."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        # Each app registers what roles may do, its limits and deadlines, its messages, the facts that mentors must
        # state, its steps of newcomers, the causes for which admins have to act, figures, what concerns are about,
        # events for webhooks, what becomes of a merged account, and personal data.
        autodiscover_modules("role_tables", "community_settings", "notification_kinds", "readiness", "first_steps")
        autodiscover_modules("escalations", "figures", "concerns", "event_kinds", "merging", "privacy")
