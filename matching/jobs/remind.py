"""Reminders of questions, of questions back, and of offers that wait for an answer."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet

from accounts.notifications.write import notify
from accounts.sweep import each_due
from matching.locks import try_lock_match
from matching.models import Match
from matching.moves import make_due
from matching.selectors.kept_apart import cannot_be_accepted
from mentorship.selectors.mentors import is_full

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
    match = try_lock_match(_due(now), match_id)
    if match is None or cannot_be_accepted(match):
        return False
    if match.status == Match.Status.ASKED and is_full(match.mentor):
        return _tell_that_mentor_is_full(match, now)
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


def _tell_that_mentor_is_full(match: Match, now: datetime) -> bool:
    """Tell the mentee once, and look for other mentors. The mentor cannot say yes, so a reminder would be pointless."""
    payload = {"match": str(match.uuid)}
    recipient = match.help_request.mentee
    is_new = notify(recipient=recipient, kind="mentor_is_full", key=str(match.uuid), payload=payload, now=now)
    return is_new and make_due(match.help_request, now=now)


def _due(now: datetime) -> QuerySet[Match]:
    late = Q()
    for number, after in enumerate(remind_after(), start=1):
        late |= Q(waits_since_at__lte=now - after, reminders_sent__lt=number)
    waiting = Match.objects.filter(late, status__in=Match.WAITING, answer_due_at__gt=now)
    return waiting.order_by("answer_due_at", "pk")
