"""Decisions of admins about messages that got stuck."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.doorbell import ring_after_commit
from accounts.exceptions import MoveNotAllowed, TextForgotten
from accounts.models import Notification, User
from accounts.notifications.registry import known_kind, secret_erased
from accounts.notifications.tasks import drain_outbox

Status = Notification.Status


@transaction.atomic
def resend(*, notification_id: int, now: datetime) -> None:
    """Send a dead or uncertain message again, as if new.

    Raises TextForgotten if the message held a secret, since secrets are erased. Raises MoveNotAllowed in any other
    status.
    """
    row = _locked(notification_id)
    row.must_allow(Status.PENDING)
    if row.status in Notification.HELD:
        raise MoveNotAllowed("notification", row.status, Status.PENDING)
    kind = known_kind(row.kind)
    if kind and kind.secret and not row.payload:
        raise TextForgotten("Its text held a secret and was forgotten. The person can ask for a new code or link.")
    _move(row, Status.PENDING, due_at=now, attempts=0, doubts=0)
    ring_after_commit(drain_outbox)


@transaction.atomic
def cancel(*, notification_id: int) -> None:
    """Skip a pending, dead or uncertain message. Raises MoveNotAllowed in any other status."""
    row = _locked(notification_id)
    if row.status in Notification.HELD:
        raise MoveNotAllowed("notification", row.status, Status.SKIPPED)
    _move(row, Status.SKIPPED, **secret_erased(row.kind))


@transaction.atomic
def note_arrival(*, notification_id: int, now: datetime) -> None:
    """Mark an uncertain message as sent, since it arrived. Raises MoveNotAllowed in any other status."""
    row = _locked(notification_id)
    if row.status != Status.UNCERTAIN:
        raise MoveNotAllowed("notification", row.status, Status.SENT)
    _move(row, Status.SENT, sent_at=now)


def trust_address(*, user: User) -> None:
    """Send mail again to an address that had bounced."""
    User.objects.filter(pk=user.pk).update(bouncing_since_at=None)


def _locked(notification_id: int) -> Notification:
    return Notification.objects.select_for_update(no_key=True).get(pk=notification_id)


def _move(row: Notification, status: str, **changes: object) -> None:
    row.must_allow(status)
    Notification.objects.filter(pk=row.pk).try_move(status, **changes)
