"""Reminders of questions, of questions back, and of offers that wait for an answer."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet

from accounts.notifications.write import notify
from accounts.sweep import each_due
from matching.models import Match
from matching.selectors.kept_apart import is_kept_apart

# Fifths of RESPONSE_WINDOW before the first and the second reminder: 48 and 96 hours of 5 days.
FIFTHS = (2, 4)
# The kind of reminder, by what waits.
REMINDERS = {
    Match.Status.ASKED: "match_reminder",
    Match.Status.CLARIFYING: "question_reminder",
    Match.Status.OFFERED: "offer_reminder",
}


def remind_after() -> tuple[timedelta, ...]:
    """Return the waiting times after which the reminders are sent."""
    return tuple(settings.RESPONSE_WINDOW * fifths / 5 for fifths in FIFTHS)


def remind_unanswered(*, now: datetime) -> int:
    """Remind the side whose answer is waited for. Return how many were reminded.

    Each reminder is sent once. A late sweep sends only the last one that is due.
    """
    return each_due(_due(now), lambda match_id: _remind(match_id, now=now))


@transaction.atomic
def _remind(match_id: int, *, now: datetime) -> bool:
    # The help request is not locked first: this skips locked rows and waits for no other lock, so it blocks nobody.
    match = (
        _due(now)
        .select_for_update(skip_locked=True, of=("self",), no_key=True)
        .select_related("mentor__user", "help_request__mentee")
        .filter(pk=match_id)
        .first()
    )
    if match is None or is_kept_apart(match):
        return False
    since = match.waits_since_at
    assert since is not None  # noqa: S101 -- the query has compared it
    match.reminders_sent = sum(since <= now - after for after in remind_after())
    match.save(update_fields=["reminders_sent"])
    waits_for_mentor = match.whose_turn == Match.Side.MENTOR
    return notify(
        recipient=match.mentor.user if waits_for_mentor else match.help_request.mentee,
        kind=REMINDERS[Match.Status(match.status)],
        # The turn is part of the key: after an answer the reminders of the next turn begin anew.
        key=f"{match.uuid}:{since.isoformat()}:{match.reminders_sent}",
        payload={"match": str(match.uuid), "number": str(match.reminders_sent)},
        now=now,
    )


def _due(now: datetime) -> QuerySet[Match]:
    late = Q()
    for number, after in enumerate(remind_after(), start=1):
        late |= Q(waits_since_at__lte=now - after, reminders_sent__lt=number)
    waiting = Match.objects.filter(late, status__in=Match.WAITING, answer_due_at__gt=now)
    return waiting.order_by("answer_due_at", "pk")
