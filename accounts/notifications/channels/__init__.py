"""Channels for messages: mail and Slack, behind one protocol that sends in two phases."""

from __future__ import annotations

from accounts.notifications.channels.base import Channel
from accounts.notifications.channels.mail import MailChannel
from accounts.notifications.channels.slack import SlackChannel

__all__ = ["Channel", "channel_for"]


def channel_for(name: str) -> Channel:
    """Return the Slack channel ``name``, or mail if ``name`` is empty. The channel is not open yet."""
    return SlackChannel(name) if name else MailChannel()
