"""The protocol of a channel."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from accounts.models import Notification


class Channel(Protocol):
    """One way for messages to leave. ``compose`` returns what ``send`` takes.

    Sending has two phases, so that delivery can commit that a message may be out before it is: all but the last byte,
    then ``before_last_byte``, then the last byte.
    """

    # One server takes the rows of everybody: if it cannot be reached, the others need not be tried.
    is_shared: bool

    @property
    def honours_key(self) -> bool:
        """Whether the server drops a message with the key of one that it has sent."""

    def refusal(self, row: Notification) -> str:
        """Return why this channel cannot take ``row``, as a sentence for the admins; empty if it can."""

    def compose(self, row: Notification) -> Any:
        """Return the message, complete and valid; None if it is no longer true."""

    def open(self) -> None:
        """Connect; nothing if it is open. Raises SMTPException or OSError."""

    def send(self, message: Any, before_last_byte: Callable[[], None]) -> None:
        """Send in two phases. Raises what the server's refusal raises, OSError, and what the callback raises."""

    def close(self) -> None:
        """Hang up; nothing if it is closed."""

    def address_of(self, message: Any) -> str:
        """Return the address that the message goes to, empty if it has none."""
