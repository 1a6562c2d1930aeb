"""The daily summary of the community: what needs an admin, and what happened since yesterday."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.urls import reverse

from accounts.models import User
from accounts.open_escalations import open_counts, rules_in_force
from matching.models import HelpRequest, Match

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class WaitingCount:
    """How many wait, for what, since when, and the page of the admin that shows them.

    ``reason`` is read after the count: "2 waiting to be let in as mentors".
    """

    count: int
    reason: str
    oldest_at: datetime | None
    page: str


@dataclass(frozen=True, slots=True)
class Day:
    """``waiting`` has no count of zero. ``joined``, ``opened`` and ``accepted`` count the last 24 hours."""

    waiting: tuple[WaitingCount, ...]
    joined: int
    opened: int
    accepted: int


def day_of_community(*, now: datetime, reader: User | None = None) -> Day:
    """Return the counts of those who wait at ``now``, and of the events of the 24 hours before.

    ``reader`` is the admin who reads them: the counts are those of their home. None: a channel.
    """
    day = {"gte": now - DAY, "lt": now}
    return Day(
        waiting=tuple(waiting for waiting in _waiting_counts(now, reader) if waiting.count),
        joined=_count(User.objects.filter(is_active=True, is_service=False), "joined_at", **day),
        opened=_count(HelpRequest.objects.exclude(status=HelpRequest.Status.DRAFT), "opened_at", **day),
        accepted=_count(Match.objects.filter(status=Match.Status.ACCEPTED), "ended_at", **day),
    )


def _waiting_counts(now: datetime, reader: User | None) -> list[WaitingCount]:
    home = reverse("admin:index")
    rules = [rule for rule in rules_in_force() if reader is None or reader.has_perm(rule.kind.view_permission)]
    return [
        WaitingCount(
            counted.count,
            # Each reason has its plural, and none names the number.
            counted.rule.kind.waits % counted.count,
            counted.oldest_at,
            f"{home}?{urlencode({'kind': counted.rule.kind.code})}",
        )
        for counted in open_counts(rules, now=now, reader=reader)
    ]


def _count(rows: QuerySet, when: str, *, gte: datetime, lt: datetime) -> int:
    return rows.filter(**{f"{when}__gte": gte, f"{when}__lt": lt}).count()
