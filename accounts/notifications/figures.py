"""Figures of the outbox, for admins and monitors."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min, Q

from accounts.models import Concern, Heartbeat, Notification, User
from accounts.selectors import mails_of_concerns

Status = Notification.Status


@dataclass(frozen=True)
class OutboxFigures:
    """Counts of rows, and ages in seconds (None without a row)."""

    due: int
    oldest_due_s: int | None
    uncertain: int
    dead: int
    bouncing: int
    heartbeats_s: dict[str, int]


def outbox_figures(*, now: datetime, reader: User | None = None) -> OutboxFigures:
    """Return the figures, for a ``reader`` without the messages of concerns about themselves, as in the outbox."""
    rows = Notification.objects.all()
    if reader is not None:
        rows = rows.exclude(mails_of_concerns(Concern.objects.filter(about=reader)))
    due = rows.filter(status=Status.PENDING, due_at__lte=now).aggregate(count=Count("pk"), oldest=Min("due_at"))
    # The condition of the partial index: without it PostgreSQL reads a million sent rows.
    stuck = rows.filter(status__in=[Status.UNCERTAIN, Status.DEAD]).aggregate(
        uncertain=Count("pk", filter=Q(status=Status.UNCERTAIN)), dead=Count("pk", filter=Q(status=Status.DEAD))
    )
    return OutboxFigures(
        due=due["count"],
        oldest_due_s=_age(due["oldest"], now) if due["oldest"] else None,
        uncertain=stuck["uncertain"],
        dead=stuck["dead"],
        bouncing=User.objects.filter(bouncing_since_at__isnull=False, is_active=True).count(),
        heartbeats_s={row.name: _age(row.last_at, now) for row in Heartbeat.objects.order_by("name")},
    )


def _age(since: datetime, now: datetime) -> int:
    return round((now - since).total_seconds())
