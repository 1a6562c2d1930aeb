"""Reminders of questions, of questions back, and of offers that wait for an answer."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import DateTimeField, DurationField, ExpressionWrapper, F, Q, QuerySet, Value
from django.db.models.lookups import LessThanOrEqual

from accounts.notifications.write import notify
from accounts.sweep import each_due
from matching.locks import try_lock_match
from matching.models import Match
from matching.moves import make_due
from matching.selectors.kept_apart import cannot_be_accepted
from mentorship.selectors.mentors import is_full

# Fifths of the time to answer before the first and the second reminder: 48 and 96 hours of 5 days.
FIFTHS = (2, 4)
# The kind of reminder, by what waits.
REMINDERS = {
    Match.Status.ASKED: "match_reminder",
    Match.Status.CLARIFYING: "question_reminder",
    Match.Status.OFFERED: "offer_reminder",
}


def remind_after(window: timedelta) -> tuple[timedelta, ...]:
    """Return the waiting times after which the reminders of a question with this time to answer are sent."""
    return tuple(window * fifths / 5 for fifths in FIFTHS)


def last_reminder() -> int:
    """Return the number of the last reminder of a turn."""
    return len(FIFTHS)


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
    since, due_at = match.waits_since_at, match.answer_due_at
    assert since is not None and due_at is not None  # noqa: S101, PT018 -- the query has compared them
    match.reminders_sent = sum(since <= now - after for after in remind_after(due_at - since))
    match.save(update_fields=["reminders_sent"])
    return write_reminder(match, name=str(match.reminders_sent), now=now)


def write_reminder(match: Match, *, name: str, now: datetime) -> bool:
    """Write a reminder to the side whose turn it is. ``name`` is unique in the turn of a match that waits.

    Return whether it is new.
    """
    waits_for_mentor, since = match.whose_turn == Match.Side.MENTOR, match.waits_since_at
    return notify(
        recipient=match.mentor.user if waits_for_mentor else match.help_request.mentee,
        kind=REMINDERS[Match.Status(match.status)],
        # The turn is part of the key: after an answer the reminders of the next turn begin anew.
        key=f"{match.uuid}:{since.isoformat() if since else ''}:{name}",
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
    # A question keeps its own time to answer when the setting changes.
    since, window = F("waits_since_at"), F("answer_due_at") - F("waits_since_at")
    for number, fifths in enumerate(FIFTHS, start=1):
        after = ExpressionWrapper(window * Value(fifths / 5), DurationField())
        late |= Q(LessThanOrEqual(ExpressionWrapper(since + after, DateTimeField()), now), reminders_sent__lt=number)
    waiting = Match.objects.filter(late, status__in=Match.WAITING, answer_due_at__gt=now)
    return waiting.order_by("answer_due_at", "pk")
