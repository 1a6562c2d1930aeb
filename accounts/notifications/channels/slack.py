"""Slack's incoming webhooks: one text to one channel, in the same two phases as a mail.

Nothing else is ever called: the settings hold the path of an address, and the host is Slack's.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from http.client import HTTPConnection, HTTPException, HTTPSConnection

from django.conf import settings

HOST = "hooks.slack.com"
TIMEOUT_S = 10


class SlackRefused(Exception):
    """Slack answered and did not take it. ``status_code`` is that of HTTP."""

    def __init__(self, status_code: int, words: str) -> None:
        super().__init__(f"{status_code} {words}")
        self.status_code = status_code


class Webhook:
    """The way to one channel, by its name in SLACK_WEBHOOKS."""

    def __init__(self, channel: str) -> None:
        self.path = settings.SLACK_WEBHOOKS[channel]
        self.connection: HTTPConnection = HTTPSConnection(HOST, timeout=TIMEOUT_S)

    def open(self) -> None:
        """Connect. Raises OSError."""
        self.connection.connect()

    def send_in_two_phases(self, text: str, before_last_byte: Callable[[], None]) -> None:
        """Post ``text``, in Slack's mark-up. Raises SlackRefused, OSError, or what the callback raises.

        A redirection is an answer like any other that is not 200: it is not followed.
        """
        # Nothing is fetched for what looks like an address.
        body = json.dumps({"text": text, "unfurl_links": False, "unfurl_media": False}).encode()
        self.connection.putrequest("POST", self.path)
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
