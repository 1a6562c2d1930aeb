"""Sessions as each of the two reads them: times in both zones, place, and whose turn it is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby
from operator import itemgetter
from zoneinfo import ZoneInfo

from django.db.models import F, Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from accounts.clock import Clock, is_one_clock
from accounts.models import MentorProfile, User
from mentorship.models import Attendance, Mentorship, Session, SessionKind, SessionNote, SessionTime
from mentorship.models.session import MINUTES_MAX
from mentorship.selectors.free_time import clock_of
from mentorship.selectors.kinds import session_kinds
from mentorship.selectors.mentorships import mentorships_visible_to, profiles_of, suggested_times_of
from mentorship.selectors.misses import counted_for
from mentorship.selectors.shown import PersonCard, mentorship_card
from mentorship.selectors.suggested_times import SuggestedTimes

# The kind of the first session of a mentorship.
FIRST_KIND = "intro_call"
SHOWN_MAX = 50
# Times are shown by the clock of the place where each of the two is that day.
TRAVELS = ("mentee__profile__travels", "mentor__user__profile__travels")


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionCard:
    """A session for one of the two. ``theirs`` is None if the other's clock is not shown.

    ``is_in_contact``: the other one can be reached. If not, no place is shown: it can be a room at home.
    Nobody but the reader reads ``own_notes``. ``comes`` and ``attendance`` are what the reader said, and
    ``other_comes`` what the other one said.
    """

    session: Session
    other: PersonCard | User
    mine: Clock
    theirs: Clock | None
    times: list[SessionTime]
    is_mine_to_answer: bool
    is_in_contact: bool
    knows_notes: bool = True
    to_mentee: bool = True
    own_notes: str = ""
    comes: bool = False
    other_comes: bool = False
    attendance: str = ""

    @property
    def place(self) -> str:
        return self.session.place if self.is_in_contact else ""

    @property
    def place_link(self) -> str:
        """Return the place if it is a link, to be opened. Empty for an address."""
        return self.place if self.place.startswith(("https://", "http://")) else ""

    @property
    def place_zone(self) -> str:
        return self.session.place_zone if self.is_in_contact else ""

    @property
    def shared_notes(self) -> str:
        return self.session.shared_notes if self.knows_notes else ""

    def is_over(self, now: datetime) -> bool:
        """Return whether the session had a time that has passed, whatever its status says."""
        ends_at = self.session.ends_at
        return ends_at is not None and ends_at <= now

    @property
    def agenda(self) -> str:
        """Return the agenda of the kind. It ends with the next steps."""
        return "\n".join([self.session.kind.agenda, _("At the end: what until next time?")])

    @property
    def i_prepare(self) -> str:
        kind = self.session.kind
        return kind.mentee_prepares if self.to_mentee else kind.mentor_prepares

    @property
    def whose_turn(self) -> str | None:
        """Return "mentee" or "mentor", who has to answer. None without open times."""
        if self.session.proposed_by_id is None:
            return None
        return "mentee" if self.is_mine_to_answer == self.to_mentee else "mentor"

    @property
    def is_one_clock(self) -> bool:
        starts = [time.starts_at for time in self.times] + ([self.session.starts_at] if self.session.starts_at else [])
        return self.theirs is None or is_one_clock(starts, self.mine, self.theirs)


def sessions_visible_to(user: User) -> QuerySet[Session]:
    """Return the sessions of the mentorships in which ``user`` is one of the two, the next one first."""
    sessions = Session.objects.filter(Q(mentorship__mentee=user) | Q(mentorship__mentor__user=user))
    return (
        sessions.select_related("kind")
        .prefetch_related(
            "times",
            Prefetch("mentorship", mentorships_visible_to(user).prefetch_related(*TRAVELS)),
            Prefetch("own_notes", SessionNote.objects.filter(author=user), to_attr="notes_of_reader"),
            "bookings",
            Prefetch("attendance", Attendance.objects.filter(person=user), to_attr="attendance_of_reader"),
        )
        .order_by(F("starts_at").asc(nulls_last=True), "pk")
    )


def session_card(session: Session, *, to: User) -> SessionCard:
    """Return ``session`` as ``to`` reads it. It comes from ``sessions_visible_to``."""
    mentorship = session.mentorship
    card = mentorship_card(mentorship, to=to)
    mine, theirs = profiles_of(mentorship, to=to)
    coming = {booking.person_id for booking in session.bookings.all() if booking.comes_at}
    return SessionCard(
        session=session,
        other=card.other,
        mine=clock_of(mine),
        theirs=clock_of(theirs) if card.other.timezone else None,
        times=list(session.times.all()),
        is_mine_to_answer=session.proposed_by_id not in (None, to.pk),
        is_in_contact=card.other.email is not None,
        knows_notes=not card.is_apart,
        to_mentee=card.to_mentee,
        own_notes=next((note.text for note in session.notes_of_reader), ""),  # type: ignore[attr-defined]
        comes=to.pk in coming,
        other_comes=mentorship.other_of(to).pk in coming,
        attendance=next((said.answer for said in session.attendance_of_reader), ""),  # type: ignore[attr-defined]
    )


def sessions_ahead(user: User, *, now: datetime) -> list[SessionCard]:
    """Return the sessions of ``user`` that are to come or go on, in running mentorships, the next one first."""
    ahead = sessions_visible_to(user).filter(status__in=Session.AHEAD, mentorship__status__in=Mentorship.RUNNING)
    # A session lasts four hours at most.
    ahead = ahead.exclude(starts_at__lte=now - timedelta(minutes=MINUTES_MAX))
    cards = [session_card(session, to=user) for session in ahead]
    return [card for card in cards if not card.is_over(now)]


def sessions_to_attend(user: User, *, now: datetime) -> list[SessionCard]:
    """Return the sessions that are over, and of which ``user`` has not said how they were, the first one first.

    A miss counts for some time. After that nobody needs to remember.
    """
    begun = sessions_visible_to(user).filter(status=Session.Status.CONFIRMED, starts_at__lte=now)
    silent = begun.filter(starts_at__gt=now - counted_for()).exclude(attendance__person=user)
    return [card for card in (session_card(session, to=user) for session in silent) if card.is_over(now)]


def sessions_of(mentorship: Mentorship, *, to: User) -> QuerySet[Session]:
    """Return the sessions of a mentorship, the one that was planned last first."""
    return sessions_visible_to(to).filter(mentorship=mentorship).order_by("-created_at", "-pk")


def by_day(times: Iterable[datetime], clock: Clock) -> list[tuple[date, list[datetime]]]:
    """Return times in order, grouped by their day on ``clock``."""
    days = groupby(sorted((clock.local(at).date(), at) for at in times), key=itemgetter(0))
    return [(day, [at for _day, at in found]) for day, found in days]


def kinds_to_plan(mentorship: Mentorship) -> list[SessionKind]:
    """Return all kinds of sessions: the usual one for the next session first, then those that the mentor offers."""
    offered = set(mentorship.mentor.session_kinds.values_list("pk", flat=True))
    is_first = not mentorship.sessions.filter(status__in=Session.COUNTS).exists()
    return sorted(
        session_kinds(), key=lambda kind: (not (is_first and kind.code == FIRST_KIND), kind.pk not in offered)
    )


def may_plan(mentorship: Mentorship) -> bool:
    """Return whether another session fits the format: one-off help has one."""
    if mentorship.format != MentorProfile.Format.ONE_OFF:
        return True
    return not mentorship.sessions.filter(status__in=Session.COUNTS).exists()


@dataclass(frozen=True, slots=True, kw_only=True)
class TimesCard:
    """Times at which two could meet, for one of them. ``found`` and ``theirs`` are None if they are not shown."""

    other: PersonCard
    mine: Clock
    theirs: Clock | None
    found: SuggestedTimes | None
    now: datetime

    @property
    def starts_at(self) -> list[datetime]:
        return self.found.starts_at if self.found else []

    @property
    def journeys(self) -> list[tuple[date, date, ZoneInfo, datetime]]:
        """Return the journeys of the reader that are not over: first and last day, zone, and a moment of the first."""
        today = self.mine.local(self.now).date()
        return [
            (first, last, zone, datetime.combine(first, time(12), tzinfo=zone))
            for first, last, zone in self.mine.journeys
            if last >= today
        ]

    @property
    def is_one_clock(self) -> bool:
        return self.theirs is None or is_one_clock(self.starts_at, self.mine, self.theirs)


def times_card(
    mentorship: Mentorship, *, to: User, minutes: int, now: datetime, moved: Session | None = None
) -> TimesCard:
    """Return times for a session of so many minutes. None are suggested to two who are kept apart."""
    found = suggested_times_of(mentorship, to=to, minutes=minutes, now=now, moved=moved)
    return TimesCard(
        other=mentorship_card(mentorship, to=to).other,
        mine=clock_of(profiles_of(mentorship, to=to)[0]),
        theirs=found.theirs if found else None,
        found=found,
        now=now,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionsOfMentorship:
    """``next`` is confirmed and not over. ``ahead`` are the others to come, those that wait for the reader first."""

    next: SessionCard | None
    ahead: list[SessionCard]
    over: list[SessionCard]


def sessions_in_order(mentorship: Mentorship, *, to: User, now: datetime) -> SessionsOfMentorship:
    """Return the sessions of a mentorship as its page shows them, SHOWN_MAX at most."""
    cards = [session_card(session, to=to) for session in sessions_of(mentorship, to=to)[:SHOWN_MAX]]
    ahead = [card for card in cards if card.session.status in Session.AHEAD and not card.is_over(now)]
    confirmed = [card for card in ahead if card.session.starts_at is not None]
    first = min(confirmed, key=lambda card: card.session.starts_at or now, default=None)
    return SessionsOfMentorship(
        next=first,
        ahead=sorted((card for card in ahead if card is not first), key=lambda card: not card.is_mine_to_answer),
        over=[card for card in cards if card not in ahead],
    )
