"""Sessions as each of the two reads them: times in both zones, place, and whose turn it is."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.db.models import F, Prefetch, Q, QuerySet

from accounts.models import User
from accounts.week import is_one_clock
from mentorship.models import Session, SessionTime
from mentorship.selectors.mentorships import mentorships_visible_to
from mentorship.selectors.shown import PersonCard, mentorship_card


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionCard:
    """A session for one of the two. ``theirs`` is None if the other's zone is not shown."""

    session: Session
    other: PersonCard | User
    mine: ZoneInfo
    theirs: ZoneInfo | None
    times: list[SessionTime]
    is_mine_to_answer: bool
    knows_place: bool

    @property
    def is_one_clock(self) -> bool:
        starts = [time.starts_at for time in self.times] + ([self.session.starts_at] if self.session.starts_at else [])
        return self.theirs is None or is_one_clock(starts, self.mine, self.theirs)


def sessions_visible_to(user: User) -> QuerySet[Session]:
    """Return the sessions of the mentorships in which ``user`` is one of the two, the next one first."""
    sessions = Session.objects.filter(Q(mentorship__mentee=user) | Q(mentorship__mentor__user=user))
    return (
        sessions.select_related("kind")
        .prefetch_related("times", Prefetch("mentorship", mentorships_visible_to(user)))
        .order_by(F("starts_at").asc(nulls_last=True), "pk")
    )


def session_card(session: Session, *, to: User) -> SessionCard:
    """Return ``session`` as ``to`` reads it. It comes from ``sessions_visible_to``."""
    mentorship = session.mentorship
    card = mentorship_card(mentorship, to=to)
    other = mentorship.other_of(to)
    return SessionCard(
        session=session,
        other=card.other,
        mine=to.profile.zone,
        theirs=other.profile.zone if card.other.timezone else None,
        times=list(session.times.all()),
        is_mine_to_answer=session.proposed_by_id not in (None, to.pk),
        knows_place=not card.is_apart,
    )
