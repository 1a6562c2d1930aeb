"""The protocol of a channel."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from accounts.models import Notification


class Channel(Protocol):
    """A channel that sends messages. ``compose`` returns the value that ``send`` takes.

    Sending has two phases: all but the last byte, then a call of ``before_last_byte``, then the last byte. The call
    lets delivery record that the message may be sent before it is.
    """

    # True: all rows go to one server. If it cannot be reached, the other rows are not tried.
    is_shared: bool

    @property
    def honours_key(self) -> bool:
        """Whether the server drops a second message with the same key."""

    def refusal(self, row: Notification) -> str:
        """Return the reason why this channel cannot take ``row``, as a sentence for the admins. Empty if it can."""

    def compose(self, row: Notification) -> Any:
        """Return the complete, valid message. None if it is no longer true."""

    def open(self) -> None:
        """Connect before a message. An open connection may be used again. Raises SMTPException or OSError."""

    def send(self, message: Any, before_last_byte: Callable[[], None]) -> None:
        """Send in two phases. Raises OSError, an error with the server's refusal, and errors of the callback."""

    def close(self) -> None:
        """Disconnect, unless it is closed."""

    def address_of(self, message: Any) -> str:
        """Return the address that the message goes to. Empty if it has none."""
