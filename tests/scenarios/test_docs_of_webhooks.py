"""The worked example of docs/api.md receives a real delivery."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from django.utils import timezone

from accounts.models import Notification
from accounts.notifications.channels.webhook import WebhookChannel
from accounts.services.lock_out import lock_out
from tests.factories import UserFactory, WebhookEndpointFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

DOCS = (Path(__file__).resolve().parents[2] / "docs/api.md").read_text()


def block(language: str) -> str:
    """Return the block of code of the section about webhooks."""
    section = DOCS.split("\n## Webhooks\n")[1].split("\n## ")[0]
    return re.findall(rf"^```{language}\n(.*?)^```", section, re.DOTALL | re.MULTILINE)[0]


@pytest.fixture
def delivery():
    endpoint = WebhookEndpointFactory(kinds=["member.left"])
    lock_out(user_id=UserFactory().pk)
    row = Notification.objects.get(endpoint=endpoint)
    row.true_at = timezone.now()
    return row


def test_the_example_verifies_a_delivery(delivery):
    channel = WebhookChannel(delivery.endpoint_id)
    assert channel.refusal(delivery) == ""
    message = channel.compose(delivery)
    example: dict = {}
    exec(block("python"), example)  # noqa: S102 -- our own page

    assert example["receive"](message.body, message.headers) == "member.left left"


def test_the_example_of_an_event_looks_like_one(delivery):
    shown = json.loads(block("json"))

    assert shown.keys() == delivery.payload.keys()
    assert shown["type"] == delivery.payload["type"]
    assert shown["data"].keys() == delivery.payload["data"].keys()
    assert all(re.fullmatch(r"evt_[0-9a-f-]{36}", event["id"]) for event in (shown, delivery.payload))
