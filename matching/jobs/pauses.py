"""Bringing mentors back on the day that they named."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import MentorProfile
from accounts.services.mentors import resume_mentoring
from accounts.services.notify import notify
from matching.jobs.sweep import each_due

# Where the day begins first, as far from UTC as any zone is.
FIRST_OF_ALL = timedelta(hours=14)


def end_pauses(*, now: datetime) -> int:
    """Let mentors be found again whose pause ends today, where they live, and return how many."""
    return each_due(_over_somewhere(now), lambda mentor_id: _end_pause(mentor_id, now=now))


@transaction.atomic
def _end_pause(mentor_id: int, *, now: datetime) -> bool:
    mentor = (
        _over_somewhere(now)
        .select_for_update(skip_locked=True, of=("self",), no_key=True)
        .select_related("user__profile")
        .filter(pk=mentor_id)
        .first()
    )
    if mentor is None or mentor.paused_until_on is None:
        return False
    if now.astimezone(mentor.user.profile.zone).date() < mentor.paused_until_on:
        return False
    resume_mentoring(mentor_id=mentor.pk, now=now)
    payload = {"mentor": str(mentor.uuid)}
    return notify(
        recipient=mentor.user,
        kind="mentor_is_back",
        key=f"{mentor.uuid}:{now.isoformat()}",
        payload=payload,
        now=now,
    )


def _over_somewhere(now: datetime) -> QuerySet[MentorProfile]:
    today = (now.astimezone(UTC) + FIRST_OF_ALL).date()
    paused = MentorProfile.objects.filter(status=MentorProfile.Status.PAUSED, paused_until_on__lte=today)
    return paused.order_by("status_since_at", "pk")
