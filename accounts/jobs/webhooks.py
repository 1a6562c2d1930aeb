"""Webhooks: telling owners of those that were switched off, and forgetting old deliveries."""

from __future__ import annotations

from datetime import datetime, timedelta

from accounts.models import Notification, WebhookEndpoint
from accounts.notifications.write import notify_all
from accounts.selectors import admins_who_may

KEPT_FOR = timedelta(days=30)
# A mail that nobody wrote for so long, since no worker ran, is old news.
TOLD_WITHIN = timedelta(days=7)
BATCH = 2000
UNSETTLED = (Notification.Status.PENDING, *Notification.HELD)


def tell_of_switched_off(*, now: datetime) -> None:
    """Write to the owners about each endpoint that was switched off by its failures, once."""
    off = WebhookEndpoint.objects.filter(off_at__gt=now - TOLD_WITHIN).exclude(off_cause=WebhookEndpoint.OffCause.OWNER)
    for endpoint in off.order_by("pk"):
        if endpoint.off_at is not None:
            notify_all(
                recipients=list(admins_who_may("accounts.change_webhookendpoint").select_related("profile")),
                kind="webhook_off",
                key=f"{endpoint.uuid}:{endpoint.off_at.isoformat()}",
                payload={"endpoint": str(endpoint.uuid)},
                now=now,
            )


def delete_old_deliveries(*, now: datetime) -> int:
    """Delete the deliveries of KEPT_FOR ago, with their attempts. Return how many."""
    old = Notification.objects.filter(endpoint__isnull=False, created_at__lte=now - KEPT_FOR)
    keys = old.exclude(status__in=UNSETTLED).order_by("created_at", "pk").values_list("pk", flat=True)
    count = 0
    while batch := list(keys[:BATCH]):
        Notification.objects.filter(pk__in=batch).delete()
        count += len(batch)
    return count
