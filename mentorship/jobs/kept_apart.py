"""Cancelling sessions of two who may not meet any more: after a block, an exclusion or a suspension, or if one left."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from accounts.sweep import each_due
from mentorship.models import Mentorship, Session
from mentorship.moves import cancel
from mentorship.selectors.apart import apart


def cancel_kept_apart(*, now: datetime) -> int:
    """Cancel the sessions to come of people who are kept apart, or of whom one has left. Return how many."""
    return each_due(_due(now), lambda session_id: _cancel(session_id, now=now))


@transaction.atomic
def _cancel(session_id: int, *, now: datetime) -> bool:
    sessions = _due(now).select_for_update(skip_locked=True, of=("self",), no_key=True)
    people = sessions.select_related("kind", "mentorship__mentor__user__profile", "mentorship__mentee__profile")
    session = people.filter(pk=session_id).first()
    if session is None:
        return False
    cancel(session, by=None, now=now)
    return True


def _due(now: datetime) -> QuerySet[Session]:
    gone = Q(mentee__is_active=False) | Q(mentor__user__is_active=False)
    parted = Mentorship.objects.filter(gone | apart(mentee="mentee"))
    ahead = Session.objects.filter(status__in=Session.AHEAD, mentorship__in=parted.values("pk"))
    return ahead.exclude(starts_at__lte=now).order_by("pk")
