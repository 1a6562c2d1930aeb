"""Sessions that a person missed, or cancelled too late, in one role."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import F, Q

from accounts.models import MentorProfile, User
from mentorship.models import Session

COUNTED_FOR = timedelta(days=30)
# A session that is cancelled so shortly before its beginning counts half.
LATE = timedelta(hours=24)


def misses_of(person: User, *, as_mentor: bool, now: datetime) -> float:
    """Return the missed sessions of the last COUNTED_FOR. Those before the person came back do not count.

    A mentor comes back from a pause for missed sessions. Another pause, by their own wish, changes nothing here.
    """
    side = {"mentorship__mentor__user": person} if as_mentor else {"mentorship__mentee": person}
    missed_by = Session.Status.MISSED_BY_MENTOR if as_mentor else Session.Status.MISSED_BY_MENTEE
    back_at = _back_at(person, as_mentor=as_mentor)
    sessions = Session.objects.filter(starts_at__gt=now - COUNTED_FOR, **side)
    missed = Q(status=missed_by)
    late = Q(
        status=Session.Status.CANCELLED,
        cancelled_by=person,
        cancelled_at__lt=F("starts_at"),
        cancelled_at__gt=F("starts_at") - LATE,
    )
    if back_at is not None:
        missed &= Q(starts_at__gt=back_at)
        late &= Q(cancelled_at__gt=back_at)
    return sessions.filter(missed).count() + sessions.filter(late).count() / 2


def _back_at(person: User, *, as_mentor: bool) -> datetime | None:
    if not as_mentor:
        return person.profile.asking_back_at
    return MentorProfile.objects.values_list("back_after_misses_at", flat=True).get(user=person)
