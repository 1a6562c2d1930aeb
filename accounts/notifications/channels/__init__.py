"""Channels for messages: mail, Slack and webhooks, behind one protocol that sends in two phases."""

from __future__ import annotations

from accounts.notifications.channels.base import Channel
from accounts.notifications.channels.mail import MailChannel
from accounts.notifications.channels.slack import SlackChannel
from accounts.notifications.channels.webhook import WebhookChannel

__all__ = ["Channel", "channel_for"]


def channel_for(name: str, endpoint_id: int | None = None) -> Channel:
    """Return the webhook of an endpoint, the Slack channel ``name``, or mail. The channel is not open yet."""
    if endpoint_id is not None:
        return WebhookChannel(endpoint_id)
    return SlackChannel(name) if name else MailChannel()
