"""The rules of sessions, as a model in memory that knows nothing of the code.

A mentorship and a session are named by their number, a person by a letter, and the sides are "mentee" and "mentor".
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tests.factories import NOW

AHEAD = ("proposed", "confirmed")
BOOKED = ("confirmed", "held", "missed_by_mentor", "missed_by_mentee")
SIDES = ("mentee", "mentor")
DAY = timedelta(days=1)
# The limits of the community.
WAITING_MAX, PROPOSALS_A_DAY, CHANGES_A_DAY = 3, 6, 10
TIMES_MAX, AHEAD_MAX = 5, timedelta(days=180)
STANDS_AFTER = timedelta(days=3)
MISSES_COUNT_FOR = timedelta(days=30)
PAUSED_FROM = 4


def other_side(side: str) -> str:
    return "mentor" if side == "mentee" else "mentee"


@dataclass
class ModelPair:
    """A mentorship of two people."""

    mentee: str
    mentor: str
    is_one_off: bool = False
    status: str = "active"

    def person(self, side: str) -> str:
        return self.mentee if side == "mentee" else self.mentor


@dataclass
class Question:
    """A mail that asks for a time. It is pending, sent or skipped."""

    to: str
    at: datetime
    state: str = "pending"


@dataclass
class ModelSession:
    pair: int
    minutes: int
    place: str = ""
    status: str = "proposed"
    version: int = 0
    starts_at: datetime | None = None
    times: set[datetime] = field(default_factory=set)
    # The side that proposed the open times, and since when these wait.
    proposed_by: str | None = None
    waits_since: datetime | None = None
    comes: set[str] = field(default_factory=set)
    is_asked: bool = False
    # The answers afterwards, by side: the status that follows from it, and the time.
    said: dict[str, tuple[str, datetime]] = field(default_factory=dict)
    cancelled_by: str | None = None
    cancelled_at: datetime | None = None
    questions: list[Question] = field(default_factory=list)
    # The invitations: their time, and whether they have left.
    invitations: list[tuple[datetime, bool]] = field(default_factory=list)

    @property
    def ends_at(self) -> datetime | None:
        return self.starts_at + timedelta(minutes=self.minutes) if self.starts_at else None

    @property
    def is_disputed(self) -> bool:
        return self.status == "confirmed" and len({status for status, _ in self.said.values()}) > 1

    def is_ahead(self, now: datetime) -> bool:
        return self.status in AHEAD and (self.starts_at is None or self.starts_at > now)

    def is_over(self, now: datetime) -> bool:
        """Return whether it is over and not settled."""
        return self.status == "confirmed" and self.ends_at is not None and self.ends_at <= now

    def close_times(self) -> None:
        self.times, self.proposed_by, self.waits_since = set(), None, None
        self.skip_questions()

    def skip_questions(self) -> None:
        for question in self.questions:
            if question.state == "pending":
                question.state = "skipped"

    def invite(self, at: datetime) -> None:
        """Send an invitation in place of an earlier one that has not left."""
        self.version += 1
        self.invitations = [(told, left) for told, left in self.invitations if left] + [(at, False)]


class Meetings:
    def __init__(self, pairs: list[ModelPair]) -> None:
        self.now = NOW
        self.pairs = pairs
        self.sessions: list[ModelSession] = []
        # People and roles that are paused, and since when those who came back did.
        self.paused: set[tuple[str, str]] = set()
        self.back_at: dict[tuple[str, str], datetime] = {}

    # The rules.

    def times_are_possible(self, times: list[datetime], at: datetime) -> bool:
        return 1 <= len(times) <= TIMES_MAX and all(at < time <= at + AHEAD_MAX for time in times)

    def may_ask(self, pair: int, by: str, at: datetime) -> bool:
        """Return whether the other side can be asked for a time once more within a day."""
        asked = [
            question
            for session in self.sessions
            if session.pair == pair
            for question in session.questions
            if question.to != by and question.at > at - DAY and question.state != "skipped"
        ]
        taken_back = [
            session
            for session in self.sessions
            if session.pair == pair
            and (session.status, session.version, session.cancelled_by) == ("cancelled", 0, by)
            and session.cancelled_at > at - DAY
        ]
        return len(asked) + len(taken_back) < PROPOSALS_A_DAY

    def may_invite(self, session: ModelSession, at: datetime) -> bool:
        return sum(told > at - DAY for told, _ in session.invitations) < CHANGES_A_DAY

    def are_free(self, session: ModelSession, starts_at: datetime, minutes: int) -> bool:
        ends_at = starts_at + timedelta(minutes=minutes)
        return not any(
            other is not session
            and other.status in BOOKED
            and self.people(other) & self.people(session)
            and starts_at < other.ends_at
            and other.starts_at < ends_at
            for other in self.sessions
        )

    def people(self, session: ModelSession) -> set[str]:
        pair = self.pairs[session.pair]
        return {pair.mentee, pair.mentor}

    def misses(self, person: str, role: str, at: datetime) -> float:
        back_at = self.back_at.get((person, role), at - 2 * MISSES_COUNT_FOR)
        found = 0.0
        for session in self.sessions:
            starts_at = session.starts_at
            if starts_at is None or starts_at <= at - MISSES_COUNT_FOR:
                continue
            if self.pairs[session.pair].person(role) != person:
                continue
            found += session.status == f"missed_by_{role}" and starts_at > back_at
            is_late = session.cancelled_by == role and starts_at - DAY < session.cancelled_at < starts_at
            found += (is_late and session.cancelled_at > back_at) / 2
        return found

    # The moves.

    def open_times(self, session: ModelSession, times: list[datetime], by: str, at: datetime) -> None:
        session.skip_questions()
        session.times, session.proposed_by, session.waits_since = set(times), by, at
        session.questions.append(Question(other_side(by), at))

    def cancel(self, session: ModelSession, by: str | None, at: datetime) -> None:
        """Cancel a session. ``by`` is a side, or None for an admin."""
        session.version += session.status == "confirmed"
        session.close_times()
        session.status, session.cancelled_by, session.cancelled_at = "cancelled", by, at
        session.comes, session.invitations = set(), [(told, left) for told, left in session.invitations if left]
        if by is not None and session.starts_at is not None and session.starts_at - at < DAY:
            self.note_miss(session, by, at)

    def ask_how_it_was(self, session: ModelSession) -> None:
        session.is_asked = True
        session.close_times()

    def settle(self, session: ModelSession, status: str, at: datetime) -> None:
        session.close_times()
        session.status = status
        if status == "cancelled":
            session.comes, session.cancelled_at = set(), at
        if status.startswith("missed_by_"):
            self.note_miss(session, status.removeprefix("missed_by_"), at)

    def note_miss(self, session: ModelSession, side: str, at: datetime) -> None:
        role = (self.pairs[session.pair].person(side), side)
        if session.starts_at > at - MISSES_COUNT_FOR and self.misses(*role, at) >= PAUSED_FROM:
            self.paused.add(role)

    def come_back(self, person: str, role: str, at: datetime) -> None:
        self.paused.discard((person, role))
        self.back_at[person, role] = at

    def stands_alone(self, session: ModelSession) -> bool:
        """Return whether the one answer about a session has stood for long enough."""
        return (
            session.status == "confirmed"
            and len(session.said) == 1
            and all(at <= self.now - STANDS_AFTER for _, at in session.said.values())
        )
