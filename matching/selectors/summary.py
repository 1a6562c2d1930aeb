"""What a day in the community comes to: who waits for an admin, and what happened since yesterday."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Min, QuerySet
from django.urls import reverse

from accounts.models import MentorProfile, Notification, User
from matching.models import HelpRequest, Match

DAY = timedelta(days=1)
# Lists of the admin, and what they are narrowed to.
APPLIED = "accounts_mentorprofile?status__exact=applied"
QUEUED = "matching_waitingrequest?queued_at__isnull=False"
SILENT = "matching_match?status__exact=asked&reminders_sent__gt=0"
BOUNCING = "accounts_user?bouncing_since_at__isempty=0"


@dataclass(frozen=True, slots=True)
class Heap:
    """So many of one kind: ``what`` goes on from the count, and ``page`` is where in the admin they are."""

    count: int
    what: str
    oldest_at: datetime | None
    page: str


@dataclass(frozen=True, slots=True)
class Day:
    """``heaps`` are those that are not empty; the counts are of the last 24 hours."""

    heaps: tuple[Heap, ...]
    joined: int
    opened: int
    accepted: int


def day_of_community(*, now: datetime) -> Day:
    """Return what waits at ``now`` and what happened in the 24 hours before."""
    day = {"gte": now - DAY, "lt": now}
    return Day(
        heaps=tuple(heap for heap in _heaps() if heap.count),
        joined=_count(User.objects.filter(is_active=True), "joined_at", **day),
        opened=_count(HelpRequest.objects.exclude(status=HelpRequest.Status.DRAFT), "opened_at", **day),
        accepted=_count(Match.objects.filter(status=Match.Status.ACCEPTED), "ended_at", **day),
    )


def _heaps() -> list[Heap]:
    applied = MentorProfile.objects.filter(status=MentorProfile.Status.APPLIED)
    queued = HelpRequest.objects.filter(queued_at__isnull=False, mentee__is_active=True)
    silent = Match.objects.filter(status=Match.Status.ASKED, reminders_sent__gt=0)
    uncertain = Notification.objects.filter(status=Notification.Status.UNCERTAIN)
    dead = Notification.objects.filter(status=Notification.Status.DEAD)
    bouncing = User.objects.filter(bouncing_since_at__isnull=False)
    mails = "accounts_notification?look="
    # Each page shows what is counted, and nothing else.
    return [
        _heap(applied, "status_since_at", "waiting to be let in as mentors", APPLIED),
        _heap(queued, "queued_at", "asking for help for whom nobody was found", QUEUED),
        _heap(silent, "asked_at", "questions that a mentor was reminded of already", SILENT),
        _heap(uncertain, "created_at", "in the outbox that may have arrived or not", f"{mails}uncertain"),
        _heap(dead, "created_at", "in the outbox that could not be sent", f"{mails}dead"),
        _heap(bouncing, "bouncing_since_at", "whose address bounces", BOUNCING),
    ]


def _heap(rows: QuerySet, since: str, what: str, page: str) -> Heap:
    found = rows.aggregate(count=Count("pk"), oldest=Min(since))
    model, _, query = page.partition("?")
    return Heap(found["count"], what, found["oldest"], f"{reverse(f'admin:{model}_changelist')}?{query}")


def _count(rows: QuerySet, when: str, *, gte: datetime, lt: datetime) -> int:
    return rows.filter(**{f"{when}__gte": gte, f"{when}__lt": lt}).count()
