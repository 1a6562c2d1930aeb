"""The record of a mentor: counts of what both sides confirmed, for any period. It names no mentee who did not agree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Count, Min, Q, QuerySet

from accounts.models import MentorProfile
from mentorship.models import Attendance, Mentorship, Occasion, Session
from mentorship.selectors.feedback import Thanks, thanks_to_show
from mentorship.selectors.outcomes import Share, outcome_share

BOTH = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class KindCount:
    """A kind of sessions or goals, and how many of it."""

    name: str
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MentorRecord:
    """The counts of a mentor from ``from_on`` to ``to_on``, both included.

    Sessions count if both said that they were held, and people with whom one was held. Outcomes and thanks are those of
    the mentorships that ended in the period. ``goal_kinds`` counts the mentorships with a session.
    """

    from_on: date
    to_on: date
    n_people: int
    n_sessions: int
    minutes: int
    session_kinds: list[KindCount]
    goal_kinds: list[KindCount]
    at_the_end: Share
    later: Share
    thanks: list[Thanks]

    @property
    def hours(self) -> float:
        return round(self.minutes / 60, 1)


def mentor_record(
    mentor: MentorProfile, *, from_on: date | None = None, to_on: date | None = None, now: datetime
) -> MentorRecord:
    """Return the record of ``mentor``, who carries user and profile. Days are those of the mentor's zone.

    Without ``to_on`` it goes until today, or until a later ``from_on``. Without ``from_on`` it begins with the first
    mentorship. Six queries at most.
    """
    zone = mentor.user.profile.zone
    today = now.astimezone(zone).date()
    to_on = to_on or max(from_on or today, today)
    if from_on is None:
        first_at = Mentorship.objects.filter(mentor=mentor).aggregate(at=Min("started_at"))["at"]
        from_on = min(first_at.astimezone(zone).date(), to_on) if first_at else to_on
    start = datetime.combine(from_on, time.min, zone)
    end = datetime.combine(to_on + timedelta(days=1), time.min, zone)

    held = list(
        _held(mentor)
        .filter(starts_at__gte=start, starts_at__lt=end)
        .select_related("kind", "mentorship__goal__kind")
        .order_by("starts_at", "pk")
    )
    mentorships = {session.mentorship_id: session.mentorship for session in held}
    ended = Mentorship.objects.filter(mentor=mentor, ended_at__gte=start, ended_at__lt=end)
    ended_ids = set(ended.values_list("pk", flat=True))
    return MentorRecord(
        from_on=from_on,
        to_on=to_on,
        n_people=len({mentorship.mentee_id for mentorship in mentorships.values()}),
        n_sessions=len(held),
        minutes=sum(session.minutes for session in held),
        session_kinds=_counted(str(session.kind) for session in held),
        goal_kinds=_counted(str(mentorship.goal.kind) for mentorship in mentorships.values()),
        at_the_end=outcome_share(ended, when=Occasion.END, now=now).for_others(),
        later=outcome_share(ended, when=Occasion.LATER, now=now).for_others(),
        thanks=[thanks for thanks in thanks_to_show(mentor) if thanks.mentorship_id in ended_ids],
    )


def _held(mentor: MentorProfile) -> QuerySet[Session]:
    """Return the sessions of which both said that they were held."""
    said = Count("attendance", filter=Q(attendance__answer=Attendance.Answer.HELD))
    sessions = Session.objects.filter(mentorship__mentor=mentor, status=Session.Status.HELD)
    return sessions.annotate(said=said).filter(said=BOTH)


def _counted(names: Iterable[str]) -> list[KindCount]:
    """Return the counts, the largest first."""
    counts = Counter(names)
    return [KindCount(name=name, n=n) for name, n in sorted(counts.items(), key=lambda one: (-one[1], one[0]))]
