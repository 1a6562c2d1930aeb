"""An admin begins an action on many rows, and stops it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from accounts.doorbell import ring_after_commit
from accounts.exceptions import BulkActionIsOver
from accounts.locks import lock_bulk_action
from accounts.models import BulkAction, BulkActionRow, User
from accounts.row_actions import RowAction, seen_values
from accounts.tasks import work_on_bulk_action

AT_ONCE = 5000


@transaction.atomic
def begin_bulk_action(
    *, rows: QuerySet[Any], action: RowAction, answers: Mapping[str, Any], query: str, by: User, now: datetime
) -> BulkAction:
    """Begin an action on ``rows`` as they are now. Rows that match their filter later are not touched."""
    found = list(rows.order_by("pk").values_list("pk", *action.watched).distinct())
    bulk = BulkAction.objects.create(
        model=rows.model._meta.label_lower,
        action=action.name,
        label=action.label,
        answers=dict(answers),
        query=query,
        status_since_at=now,
        created_at=now,
        by=by,
        total=len(found),
    )
    kept = (BulkActionRow(bulk=bulk, key=key, seen=seen_values(values)) for key, *values in found)
    BulkActionRow.objects.bulk_create(kept, batch_size=AT_ONCE)
    ring_after_commit(work_on_bulk_action, bulk.pk, bulk.rounds)
    return bulk


@transaction.atomic
def stop_bulk_action(*, bulk_id: int, by: User, now: datetime) -> BulkAction:
    """Stop an action. The row that the worker has at this moment is finished. Raises BulkActionIsOver."""
    bulk = lock_bulk_action(bulk_id)
    if bulk.status != BulkAction.Status.RUNNING:
        raise BulkActionIsOver("It is over already. Load the page again.")
    bulk.status, bulk.status_since_at, bulk.stopped_by = BulkAction.Status.STOPPED, now, by
    bulk.save(update_fields=["status", "status_since_at", "stopped_by"])
    return bulk
