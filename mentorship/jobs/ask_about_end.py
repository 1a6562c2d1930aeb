"""Asking both about the planned end of their mentorship: reached, go on, or end?"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from accounts.notifications.write import notify
from accounts.sweep import each_due
from mentorship.models import Mentorship

ASK_BEFORE = timedelta(days=14)


def ask_about_ends(*, now: datetime) -> int:
    """Ask both of each mentorship whose planned end is ASK_BEFORE away or nearer. Return how many mentorships."""
    return each_due(_due(now), lambda mentorship_id: _ask(mentorship_id, now=now))


@transaction.atomic
def _ask(mentorship_id: int, *, now: datetime) -> bool:
    locked = _due(now).select_for_update(skip_locked=True, of=("self",), no_key=True)
    mentorship = locked.select_related("mentor__user", "mentee").filter(pk=mentorship_id).first()
    if mentorship is None:
        return False
    mentorship.end_asked_at = now
    mentorship.save(update_fields=["end_asked_at"])
    for person in (mentorship.mentee, mentorship.mentor.user):
        notify(
            recipient=person,
            kind="mentorship_ends_soon",
            key=f"{mentorship.uuid}:{mentorship.planned_end_on}",
            payload={"mentorship": str(mentorship.uuid)},
            now=now,
        )
    return True


def _due(now: datetime) -> QuerySet[Mentorship]:
    due = Mentorship.objects.filter(
        status__in=Mentorship.RUNNING, end_asked_at__isnull=True, planned_end_on__lte=now.date() + ASK_BEFORE
    )
    return due.order_by("planned_end_on", "pk")
