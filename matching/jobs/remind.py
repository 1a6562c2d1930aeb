"""Reminders of questions and offers that wait for an answer."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Case, Q, QuerySet, When

from accounts.notifications.write import notify
from accounts.sweep import each_due
from matching.models import Match
from matching.selectors.kept_apart import is_kept_apart

# Fifths of RESPONSE_WINDOW before the first and the second reminder: 48 and 96 hours of 5 days.
FIFTHS = (2, 4)


def remind_after() -> tuple[timedelta, ...]:
    """Return the waiting times after which the reminders are sent."""
    return tuple(settings.RESPONSE_WINDOW * fifths / 5 for fifths in FIFTHS)


def remind_unanswered(*, now: datetime) -> int:
    """Remind mentors of questions and mentees of offers that wait. Return how many were reminded.

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
    since = match.turn_since_at
    assert since is not None  # noqa: S101 -- the query has compared it
    match.reminders_sent = sum(since <= now - after for after in remind_after())
    match.save(update_fields=["reminders_sent"])
    was_asked = match.status == Match.Status.ASKED
    return notify(
        recipient=match.mentor.user if was_asked else match.help_request.mentee,
        kind="match_reminder" if was_asked else "offer_reminder",
        key=f"{match.uuid}:{match.reminders_sent}",
        payload={"match": str(match.uuid), "number": str(match.reminders_sent)},
        now=now,
    )


def _due(now: datetime) -> QuerySet[Match]:
    late = Q()
    for number, after in enumerate(remind_after(), start=1):
        late |= Q(waits_since_at__lte=now - after, reminders_sent__lt=number)
    return (
        Match.objects.annotate(
            waits_since_at=Case(When(status=Match.Status.ASKED, then="asked_at"), default="offered_at")
        )
        .filter(late, status__in=Match.WAITING, answer_due_at__gt=now)
        .order_by("answer_due_at", "pk")
    )
