"""A mail server that fails on demand, and a message that is held when in doubt."""

from __future__ import annotations

import pytest

from accounts.notifications.channels import smtp
from tests.helpers import application_message
from tests.mail import running_sink

SILENT_S = 0.5


@pytest.fixture
def sink(settings, monkeypatch):
    """A running server that the outbox sends to."""
    settings.EMAIL_BACKEND = "accounts.notifications.channels.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_TIMEOUT = "127.0.0.1", SILENT_S
    monkeypatch.setattr(smtp, "ANSWER_S", SILENT_S)
    with running_sink() as sink:
        settings.EMAIL_PORT = sink.port
        yield sink


@pytest.fixture
def held(db):
    """A message of a kind that is held when in doubt."""
    return application_message()
