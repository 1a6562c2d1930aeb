"""How long the two of a mentorship have been quiet: nothing held, planned or finished."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Exists, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Greatest

from accounts.community_settings import days_of
from accounts.models import MentorProfile
from mentorship.models import ActionItem, Mentorship, Session, SessionTime
from mentorship.selectors.apart import in_contact

# Both get a message after each step since the last sign of life, and an offer to close after the last of the steps.
STEPS = 4
# A sign of life moves no clock, and nor does a change of the setting. A sweep notices both when it looks again.
LOOK_AGAIN_AFTER = timedelta(days=1)


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


def name_of_silence(mentorship: Mentorship, since: datetime) -> str:
    """Return a name of the silence since then. A pause moves ``since`` on by its length, and keeps the name."""
    return (since - mentorship.paused_for).isoformat()


def step_of_silence() -> timedelta:
    """Return the time from one message about a silence to the next."""
    return days_of("silence_days")


def is_quiet(mentorship: Mentorship, *, now: datetime, steps: int = 1) -> bool:
    """Return whether nothing happens for so many steps in an active mentorship.

    It carries ``quiet_since`` and ``is_served``.
    """
    if mentorship.status != Mentorship.Status.ACTIVE or mentorship.is_served:  # type: ignore[attr-defined]
        return False
    return now - mentorship.quiet_since >= steps * step_of_silence()  # type: ignore[attr-defined]


def reached_by_change(*, old: timedelta, new: timedelta, now: datetime) -> QuerySet[Mentorship]:
    """Return the mentorships whose two get a message at once if the step changes from ``old`` to ``new``."""
    reached = [
        Q(quiet_since__lte=now - number * new, quiet_since__gt=now - number * old) for number in range(1, STEPS + 1)
    ]
    active = Mentorship.objects.filter(in_contact(), status=Mentorship.Status.ACTIVE)
    found = with_quiet_since(active, now=now).filter(Q(*reached, _connector=Q.OR), Q(("is_served", False)))
    return found.order_by("started_at", "pk")


def _latest(rows: QuerySet, mentorship: str, time: str = "starts_at") -> Subquery:
    latest = rows.order_by().values(mentorship).annotate(latest=Max(time))
    return Subquery(latest.values("latest"))
