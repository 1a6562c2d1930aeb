"""The states of a message: the table of moves, and the constraints behind it."""

from __future__ import annotations

import uuid

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Notification
from tests.factories import NOW, NotificationFactory
from tests.helpers import application_message

pytestmark = pytest.mark.django_db

MOVES = {
    "pending": {"sending", "skipped"},
    "sending": {"in_doubt", "pending", "skipped", "dead"},
    "in_doubt": {"sent", "pending", "dead", "uncertain"},
    "uncertain": {"sent", "pending", "skipped"},
    "dead": {"pending", "skipped"},
    "sent": set(),
    "skipped": set(),
}


def is_moved(row: Notification, status: str) -> bool:
    """Return whether a guarded update brings ``row`` to ``status``. The update is undone."""
    needs = {"last_error": "why", "sent_at": NOW if status == "sent" else None}
    if status in ("sending", "in_doubt"):
        needs |= {"claim": row.claim or uuid.uuid4(), "lease_until_at": NOW}
    with transaction.atomic():
        moved = Notification.objects.filter(pk=row.pk).try_move(status, **needs)
        assert Notification.objects.get(pk=row.pk).status == (status if moved else row.status)
        transaction.set_rollback(True)
    return moved == 1


@pytest.mark.parametrize("status", Notification.Status.values)
def test_a_guarded_update_makes_the_listed_moves_only(status):
    row = application_message(status=status)

    assert {wanted for wanted in Notification.Status.values if is_moved(row, wanted)} == MOVES[status]


@pytest.mark.parametrize(
    "fields",
    [
        {"status": "in_doubt"},
        {"status": "uncertain"},
        {"status": "dead"},
        {"status": "lost"},
        {"status": "pending", "claim": "00000000-0000-0000-0000-000000000001"},
    ],
    ids=lambda fields: "-".join(fields.values()),
)
def test_the_database_refuses_half_a_state(fields):
    row = NotificationFactory()

    with pytest.raises(IntegrityError), transaction.atomic():
        Notification.objects.filter(pk=row.pk).update(**fields)
