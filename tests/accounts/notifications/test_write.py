"""A message is one row, unique for its recipient, kind and key."""

from __future__ import annotations

import pytest

from accounts.notifications.write import notify

pytestmark = pytest.mark.django_db


def test_a_message_is_written_once_for_its_key(alice, now, rung):
    payload = {"to": "alice@example.org", "subject": "Hello", "text": "Text"}
    first = notify(recipient=alice, kind="account_mail", key="1", payload=payload, now=now)
    second = notify(recipient=alice, kind="account_mail", key="1", payload=payload, now=now)

    assert (first, second) == (True, False)
    assert alice.notifications.count() == 1


def test_the_worker_is_called_after_the_commit(alice, now, rung, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        notify(recipient=alice, kind="account_mail", key="1", payload={"subject": "A", "text": "B"}, now=now)
        assert rung == []

    assert rung == [("accounts.notifications.tasks.drain_outbox",)]
