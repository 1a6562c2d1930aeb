"""Writing a message: one row, in the transaction of the fact it tells of."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from accounts.doorbell import ring_after_commit
from accounts.jobs.messages import render_title
from accounts.models import Notification, User
from accounts.tasks import drain_outbox


@transaction.atomic
def notify(
    *,
    recipient: User,
    kind: str,
    key: str,
    payload: Mapping[str, str],
    now: datetime,
    due_at: datetime | None = None,
) -> bool:
    """Write a message to ``recipient``, to be delivered from ``due_at`` (default: now) on.

    Return whether it is new: a second call with the same recipient, kind and key changes nothing.
    """
    if Notification.objects.filter(recipient=recipient, kind=kind, key=key).exists():
        return False
    row = Notification(
        recipient=recipient, kind=kind, key=key, payload=dict(payload), due_at=due_at or now, created_at=now
    )
    row.title = render_title(row)
    # Two at once: the constraint keeps one of them, and both mean the same.
    Notification.objects.bulk_create([row], ignore_conflicts=True)
    ring_after_commit(drain_outbox)
    return True
