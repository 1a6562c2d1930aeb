"""Reminding mentors of requests that wait for their answer."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from accounts.services.notify import notify
from matching.models import Match

REMIND_AFTER = timedelta(hours=48)
BATCH = 200


@transaction.atomic
def remind_unanswered(*, now: datetime) -> int:
    """Remind every mentor whose request is unanswered for 48 hours, once, and return how many were reminded.

    Two sweeps at once share the work: rows are skipped while the other holds them.
    """
    due = list(
        Match.objects.select_for_update(skip_locked=True, of=("self",), no_key=True)
        .filter(status=Match.Status.ASKED, asked_at__lte=now - REMIND_AFTER, reminders_sent=0)
        .select_related("mentor__user")
        .order_by("asked_at", "pk")[:BATCH]
    )
    for match in due:
        match.reminders_sent = 1
        match.save(update_fields=["reminders_sent"])
        notify(
            recipient=match.mentor.user,
            kind="match_reminder",
            key=f"{match.uuid}:1",
            payload={"match": str(match.uuid)},
            now=now,
        )
    return len(due)
