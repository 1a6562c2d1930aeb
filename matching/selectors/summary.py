"""The daily summary of the community: who waits for an admin, and what happened since yesterday."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Min, QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import ngettext_lazy

from accounts.models import MentorProfile, Notification, User
from matching.models import HelpRequest, Match
from mentorship.models import Session
from mentorship.selectors.feedback import feedback_reported_to_admins

DAY = timedelta(days=1)
# Lists of the admin with their filters.
APPLIED = "accounts_mentorprofile?status__exact=applied"
QUEUED = "matching_waitingrequest?queued_at__isempty=0"
SILENT = "matching_match?status__exact=asked&reminded=yes"
DISPUTED = "mentorship_session?disputed_at__isempty=0"
REPORTED = "mentorship_feedback?hidden_at__isempty=1&kept_at__isempty=1"
BOUNCING = "accounts_user?bouncing_since_at__isempty=0"


@dataclass(frozen=True, slots=True)
class WaitingCount:
    """How many wait, for what, since when, and the admin list that shows them.

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


def day_of_community(*, now: datetime) -> Day:
    """Return the counts of those who wait at ``now``, and of the events of the 24 hours before."""
    day = {"gte": now - DAY, "lt": now}
    return Day(
        waiting=tuple(waiting for waiting in _waiting_counts() if waiting.count),
        joined=_count(User.objects.filter(is_active=True), "joined_at", **day),
        opened=_count(HelpRequest.objects.exclude(status=HelpRequest.Status.DRAFT), "opened_at", **day),
        accepted=_count(Match.objects.filter(status=Match.Status.ACCEPTED), "ended_at", **day),
    )


def _waiting_counts() -> list[WaitingCount]:
    applied = MentorProfile.objects.filter(status=MentorProfile.Status.APPLIED)
    queued = HelpRequest.objects.filter(queued_at__isnull=False, mentee__is_active=True)
    silent = Match.objects.filter(status=Match.Status.ASKED, reminders_sent__gt=0)
    disputed = Session.objects.filter(disputed_at__isnull=False)
    reported = feedback_reported_to_admins().filter(hidden_at__isnull=True, kept_at__isnull=True)
    uncertain = Notification.objects.filter(status=Notification.Status.UNCERTAIN)
    dead = Notification.objects.filter(status=Notification.Status.DEAD)
    bouncing = User.objects.filter(bouncing_since_at__isnull=False)
    mails = "accounts_notification?look="
    # The second of each pair is the plural. Each admin list shows the counted rows and no others.
    applying = ngettext_lazy("waiting to be let in as a mentor", "waiting to be let in as mentors")
    asking = ngettext_lazy("asking for help for whom nobody was found", "asking for help for whom nobody was found")
    reminded = ngettext_lazy(
        "question that a mentor was reminded of already", "questions that a mentor was reminded of already"
    )
    differing = ngettext_lazy(
        "session about which the two say different things", "sessions about which the two say different things"
    )
    hurting = ngettext_lazy("piece of feedback that was reported", "pieces of feedback that were reported")
    doubtful = ngettext_lazy("in the outbox that may have arrived or not", "in the outbox that may have arrived or not")
    unsent = ngettext_lazy("in the outbox that could not be sent", "in the outbox that could not be sent")
    unreached = ngettext_lazy("whose address bounces", "whose address bounces")
    return [
        _waiting(applied, "status_since_at", applying, APPLIED),
        _waiting(queued, "queued_at", asking, QUEUED),
        _waiting(silent, "asked_at", reminded, SILENT),
        _waiting(disputed, "disputed_at", differing, DISPUTED),
        _waiting(reported, "reported_at", hurting, REPORTED),
        _waiting(uncertain, "created_at", doubtful, f"{mails}uncertain"),
        _waiting(dead, "created_at", unsent, f"{mails}dead"),
        _waiting(bouncing, "bouncing_since_at", unreached, BOUNCING),
    ]


def _waiting(rows: QuerySet, since: str, reason: Promise, page: str) -> WaitingCount:
    found = rows.aggregate(count=Count("pk"), oldest=Min(since))
    model, _, query = page.partition("?")
    return WaitingCount(
        found["count"], reason % found["count"], found["oldest"], f"{reverse(f'admin:{model}_changelist')}?{query}"
    )


def _count(rows: QuerySet, when: str, *, gte: datetime, lt: datetime) -> int:
    return rows.filter(**{f"{when}__gte": gte, f"{when}__lt": lt}).count()
