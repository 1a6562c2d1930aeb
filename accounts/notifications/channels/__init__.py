"""Ways for a message to leave: mail and Slack, behind one protocol, each in two phases."""

from __future__ import annotations

from accounts.notifications.channels.base import Channel
from accounts.notifications.channels.mail import MailChannel
from accounts.notifications.channels.slack import SlackChannel

__all__ = ["Channel", "channel_for"]


def channel_for(name: str) -> Channel:
    """Return the channel of rows whose ``channel`` is ``name``: mail, or the one on Slack. It is not open yet."""
    return SlackChannel(name) if name else MailChannel()
