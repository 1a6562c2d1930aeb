"""Slack's incoming webhooks: one text to one channel, in the same two phases as a mail.

The settings hold only the path of an address, so no other host is ever called.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from http.client import HTTPException, HTTPSConnection

from django.conf import settings

from accounts.models import Notification
from accounts.notifications.render import render_post

HOST = "hooks.slack.com"
TIMEOUT_S = 10


class SlackRefused(Exception):
    """Slack refused a post. ``status_code`` is the HTTP status."""

    def __init__(self, status_code: int, words: str) -> None:
        super().__init__(f"{status_code} {words}")
        self.status_code = status_code


class Connection(HTTPSConnection):
    """An HTTPS connection whose ``close`` ignores a failure, since it changes no result."""

    def close(self) -> None:
        with suppress(OSError):
            super().close()


class SlackChannel:
    """One channel on Slack, by its name in SLACK_WEBHOOKS. Each post has its own connection."""

    is_shared = False
    honours_key = False

    def __init__(self, name: str) -> None:
        self.name = name
        self.connection = Connection(HOST, timeout=TIMEOUT_S)

    def refusal(self, row: Notification) -> str:
        return "" if self.name in settings.SLACK_WEBHOOKS else "The address of this channel is not set any more."

    def compose(self, row: Notification) -> str | None:
        return render_post(row)

    def open(self) -> None:
        self.connection.connect()

    def send(self, message: str, before_last_byte: Callable[[], None]) -> None:
        """Post ``message``, in Slack's mark-up. Raises SlackRefused, OSError, and errors of the callback.

        A redirect counts as a refusal: it is not followed.
        """
        try:
            self._post(message, before_last_byte)
        finally:
            self.close()

    def _post(self, text: str, before_last_byte: Callable[[], None]) -> None:
        # Slack must not fetch the addresses in a text.
        body = json.dumps({"text": text, "unfurl_links": False, "unfurl_media": False}).encode()
        self.connection.putrequest("POST", settings.SLACK_WEBHOOKS[self.name])
        self.connection.putheader("Content-Type", "application/json")
        self.connection.putheader("Content-Length", str(len(body)))
        self.connection.endheaders(body[:-1])
        before_last_byte()
        self.connection.send(body[-1:])
        try:
            answer = self.connection.getresponse()
        except HTTPException as error:
            raise OSError(f"no answer that can be read: {type(error).__name__}") from error
        if answer.status != 200:
            words = b""
            with suppress(HTTPException, OSError):  # the status says enough
                words = answer.read(200)
            raise SlackRefused(answer.status, words.decode("utf-8", "replace"))

    def close(self) -> None:
        self.connection.close()

    def address_of(self, message: str) -> str:
        return ""
