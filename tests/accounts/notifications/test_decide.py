"""An admin's decisions about messages that got stuck."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import timedelta

import pytest

from accounts.exceptions import MoveNotAllowed, TextForgotten
from accounts.models import Notification
from accounts.notifications.decide import cancel, note_arrival, resend
from tests.factories import NotificationFactory
from tests.helpers import application_message

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("act", "sources", "target"),
    [
        (resend, {"dead", "uncertain"}, "pending"),
        (cancel, {"pending", "dead", "uncertain"}, "skipped"),
        (note_arrival, {"uncertain"}, "sent"),
    ],
)
def test_an_admin_moves_only_messages_that_nobody_is_sending(act, sources, target, now, rung):
    clock = {} if act is cancel else {"now": now}
    rows = {status: application_message(status=status) for status in Notification.Status.values}

    for status, row in rows.items():
        with nullcontext() if status in sources else pytest.raises(MoveNotAllowed):
            act(notification_id=row.pk, **clock)

    found = {status: Notification.objects.get(pk=row.pk).status for status, row in rows.items()}
    assert found == {status: target if status in sources else status for status in rows}


def test_a_message_sent_again_starts_with_no_attempts(now, rung, django_capture_on_commit_callbacks):
    row = application_message(status="dead", attempts=8, doubts=1, due_at=now - timedelta(days=1))

    with django_capture_on_commit_callbacks(execute=True):
        resend(notification_id=row.pk, now=now)

    row.refresh_from_db()
    assert (row.attempts, row.doubts, row.due_at, row.last_error) == (0, 0, now, "550 no")
    assert rung == [("accounts.notifications.tasks.drain_outbox",)]


def test_a_forgotten_secret_cannot_be_sent_again(now):
    row = NotificationFactory(status="dead", payload={})

    with pytest.raises(TextForgotten):
        resend(notification_id=row.pk, now=now)


def test_a_cancelled_secret_is_forgotten(now):
    row = NotificationFactory()

    cancel(notification_id=row.pk)

    row.refresh_from_db()
    assert (row.status, row.payload) == ("skipped", {})
