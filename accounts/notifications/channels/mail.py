"""Mail, through the backend in the settings: SMTP in two phases, or any other backend of Django."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend

from accounts.models import Notification
from accounts.models.notification import BOUNCED
from accounts.notifications.channels.smtp import EmailBackend
from accounts.notifications.registry import known_kind
from accounts.notifications.render import render


class MailChannel:
    """One connection to the mail server, for any number of mails."""

    is_shared = True

    def __init__(self, backend: BaseEmailBackend | None = None) -> None:
        """Use ``backend``, or the one in the settings."""
        self.backend: BaseEmailBackend = backend or get_connection()

    @property
    def honours_key(self) -> bool:
        return bool(settings.EMAIL_IDEMPOTENCY_HEADER)

    def refusal(self, row: Notification) -> str:
        kind, bouncing = known_kind(row.kind), row.person.bouncing_since_at
        if bouncing is None or kind is None or kind.in_spite_of_bounces:
            return ""
        return f"{BOUNCED} {bouncing:%Y-%m-%d %H:%M} UTC."

    def compose(self, row: Notification) -> EmailMessage | None:
        mail = render(row)
        if mail is not None:
            mail.message()  # raises for invalid headers now, not in the middle of the dialogue
        return mail

    def open(self) -> None:
        self.backend.open()

    def send(self, message: EmailMessage, before_last_byte: Callable[[], None]) -> None:
        if isinstance(self.backend, EmailBackend):
            self.backend.send_in_two_phases(message, before_last_byte)
            return
        # Another backend has one phase: the mail may be sent from this call on.
        before_last_byte()
        message.connection = self.backend
        message.send()

    def close(self) -> None:
        self.backend.close()

    def address_of(self, message: EmailMessage) -> str:
        return message.to[0]
