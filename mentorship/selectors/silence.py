"""How long the two of a mentorship have been quiet: nothing held, planned or finished."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Exists, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Greatest

from accounts.models import MentorProfile
from mentorship.models import ActionItem, Mentorship, Session, SessionTime

# Both get a message so long after the last sign of life, and an offer to close after the last of these times.
NUDGE_AFTER = (timedelta(days=7), timedelta(days=14), timedelta(days=21))
CLOSE_AFTER = timedelta(days=28)
STEPS = (*NUDGE_AFTER, CLOSE_AFTER)
# A sign of life moves no clock. A sweep notices it when it looks again, before the first message can be due.
LOOK_AGAIN_AFTER = NUDGE_AFTER[0]


def with_quiet_since(mentorships: QuerySet[Mentorship], *, now: datetime) -> QuerySet[Mentorship]:
    """Annotate ``quiet_since``: the last sign of life. It is ahead of ``now`` if something is planned.

    Annotate ``is_served`` as well: one-off help whose session is held or planned needs nothing more.
    """
    sessions = Session.objects.filter(mentorship=OuterRef("pk"), status__in=["confirmed", "held"])
    open_times = SessionTime.objects.filter(session__mentorship=OuterRef("pk"), session__status="proposed")
    steps = ActionItem.objects.filter(mentorship=OuterRef("pk"), done_at__isnull=False)
    signs = [
        # Each of these is a query for one time. PostgreSQL leaves out those that are NULL.
        _latest(sessions, "mentorship"),
        _latest(open_times.filter(starts_at__gt=now), "session__mentorship"),
        _latest(steps, "mentorship", "done_at"),
    ]
    return mentorships.annotate(
        quiet_since=Greatest("started_at", "quiet_from_at", *signs),
        is_served=Q(format=MentorProfile.Format.ONE_OFF) & Q(Exists(sessions)),
    )


def quiet_since(mentorship: Mentorship, *, now: datetime) -> datetime:
    """Return the last sign of life of the two. It is ahead of ``now`` if something is planned. One query."""
    found = with_quiet_since(Mentorship.objects.all(), now=now).get(pk=mentorship.pk)
    return found.quiet_since  # type: ignore[attr-defined]


def is_quiet(mentorship: Mentorship, *, now: datetime, for_as_long_as: timedelta = NUDGE_AFTER[0]) -> bool:
    """Return whether nothing happens in an active mentorship that carries ``quiet_since`` and ``is_served``."""
    if mentorship.status != Mentorship.Status.ACTIVE or mentorship.is_served:  # type: ignore[attr-defined]
        return False
    return now - mentorship.quiet_since >= for_as_long_as  # type: ignore[attr-defined]


def _latest(rows: QuerySet, mentorship: str, time: str = "starts_at") -> Subquery:
    latest = rows.order_by().values(mentorship).annotate(latest=Max(time))
    return Subquery(latest.values("latest"))
