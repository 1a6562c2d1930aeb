"""The rules of the community, as a model in memory that knows nothing of the code.

A request is named by its number, a match by request and mentor. Each request has a goal of its own, with its number.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.conf import settings as configured

from tests.factories import NOW

MENTEES, MENTORS = 2, 4
FIRST_REMINDER = timedelta(hours=48)
QUESTIONS = ("asked", "clarifying")
WAITING = (*QUESTIONS, "offered")
LIVE = ("proposed", *WAITING)
# Mentorships: the usual length, the time before the end when both are asked, and the limits of extensions.
USUAL_LENGTH = timedelta(weeks=3)
ASK_BEFORE = timedelta(days=14)
EXTENSION_MAX = timedelta(weeks=52)
EXTENSIONS_A_DAY = 3


@dataclass
class ModelMentor:
    capacity: int
    since: datetime = NOW
    status: str = "approved"
    running: int = 0
    # The ends of questions since the status changed: True for an answer, False for silence.
    answers: list[tuple[datetime, bool]] = field(default_factory=list)


@dataclass
class ModelMatch:
    status: str = "proposed"
    since: datetime | None = None
    reminded: bool = False
    # The first time the mentor was asked, and the questions they asked back.
    asked: datetime | None = None
    asked_back: int = 0
    named: bool = False

    @property
    def due(self) -> datetime | None:
        return self.since + configured.RESPONSE_WINDOW if self.since and self.status in WAITING else None


@dataclass
class ModelMentorship:
    """A mentorship of a request and a mentor, by its primary key."""

    pk: int
    request: int
    mentor: int
    planned_end: date
    is_running: bool = True
    is_asked: bool = False
    # Extensions of which the side was told: the side, the time, and whether the mail has left.
    told: list[tuple[str, datetime, bool]] = field(default_factory=list)


class Model:
    def __init__(self, capacities: list[int]) -> None:
        self.now = NOW
        self.known = [ModelMentor(capacity) for capacity in capacities]
        self.owner: list[int] = []
        self.state: list[str] = []
        self.goal: list[str] = []
        self.due_at: list[datetime | None] = []
        self.matches: dict[tuple[int, int], ModelMatch] = {}
        self.mentorships: list[ModelMentorship] = []
        # Questions and offers so far: mentee, mentor, time.
        self.asks: list[tuple[int, int, datetime]] = []
        self.offers: list[tuple[int, int, datetime]] = []
        # Corrections: request, time, and whether mentors were told.
        self.corrections: list[tuple[int, datetime, bool]] = []

    # The rules of the community.

    def is_due(self, request: int) -> bool:
        due = self.due_at[request]
        return due is not None and due <= self.now

    def is_open(self, request: int) -> bool:
        """Return whether moves towards a mentorship are possible: the request and its goal are open."""
        return self.state[request] == "open" and self.goal[request] == "active"

    def waiting_for(self, request: int) -> int:
        return sum(m.status in WAITING for (r, _), m in self.matches.items() if r == request)

    def offers_for(self, request: int) -> int:
        return sum(m.status == "offered" for (r, _), m in self.matches.items() if r == request)

    def inbox(self, mentor: int) -> int:
        return sum(m.status in QUESTIONS for (_, k), m in self.matches.items() if k == mentor)

    def shown(self, mentor: int) -> int:
        return sum(m.status == "proposed" for (_, k), m in self.matches.items() if k == mentor)

    def free(self, mentor: int) -> int:
        return self.known[mentor].capacity - self.known[mentor].running

    def room(self, mentor: int) -> int:
        return configured.INBOX_PER_FREE_PLACE * max(self.free(mentor), 1)

    def tried(self, request: int, mentor: int) -> bool:
        match = self.matches.get((request, mentor))
        return match is not None and match.status in ("declined", "expired", "dismissed")

    def can_be_asked(self, request: int, mentor: int) -> bool:
        return (
            self.known[mentor].status == "approved"
            and self.free(mentor) > 0
            and self.inbox(mentor) < self.room(mentor)
            and not self.tried(request, mentor)
        )

    def can_offer(self, request: int, mentor: int) -> bool:
        return self.known[mentor].status == "approved" and self.free(mentor) > 0 and not self.tried(request, mentor)

    def lately(self, moves: list[tuple[int, int, datetime]], request: int, mentor: int | None = None) -> int:
        """Return how many questions or offers the next step would find within a day, to one mentor or to all."""
        since = self.now + timedelta(seconds=1) - timedelta(days=1)
        mine = [to for mentee, to, at in moves if mentee == self.owner[request] and at > since]
        return len(mine) if mentor is None else mine.count(mentor)

    def corrected_lately(self, request: int, *, told: bool = False) -> int:
        """Return how many corrections the next step finds within a day, or those of which mentors were told."""
        since = self.now + timedelta(seconds=1) - timedelta(days=1)
        return sum(
            corrected == request and at > since and (was_told or not told)
            for corrected, at, was_told in self.corrections
        )

    # Moves of the model.

    def leave(self, request: int, status: str) -> None:
        self.state[request] = status
        self.due_at[request] = None

    def end(self, request: int, mentor: int, status: str) -> None:
        self.matches[request, mentor] = ModelMatch(status)
        if self.state[request] == "open":
            self.due_at[request] = self.now

    def note_answer(self, mentor: int, question: ModelMatch, *, answered: bool) -> None:
        """Note an answer now, or a silence up to the deadline. A silence counts only after a reminder."""
        known = self.known[mentor]
        if question.status != "asked" and not (answered and question.status == "clarifying"):
            return
        if question.asked >= known.since and (answered or question.reminded):
            known.answers.append((self.now if answered else question.due, answered))
        if answered:
            return
        silent = [answer for _, answer in sorted(known.answers)[-configured.SILENCE_MAX :]]
        if known.status == "approved" and len(silent) == configured.SILENCE_MAX and not any(silent):
            self.change_status(mentor, "paused")

    def change_status(self, mentor: int, status: str) -> None:
        known = self.known[mentor]
        known.status, known.since, known.answers = status, self.now, []

    def withdraw_live(self, request: int) -> None:
        self.leave(request, "withdrawn")
        for (r, m), match in self.matches.items():
            if r == request and match.status in LIVE:
                self.matches[r, m] = ModelMatch("withdrawn")

    def can_extend(self, mentorship: ModelMentorship, other: str, until: date, at: datetime) -> bool:
        told = [side for side, told_at, _ in mentorship.told if told_at > at - timedelta(days=1)]
        return (
            mentorship.is_running
            and max(mentorship.planned_end, at.date()) < until <= at.date() + EXTENSION_MAX
            and told.count(other) < EXTENSIONS_A_DAY
        )

    def extend(self, mentorship: ModelMentorship, other: str, until: date, at: datetime) -> None:
        """Plan a later end. It replaces an earlier mail to the other side that has not left."""
        mentorship.planned_end, mentorship.is_asked = until, False
        mentorship.told = [(side, told_at, left) for side, told_at, left in mentorship.told if left or side != other]
        mentorship.told.append((other, at, False))

    def to_ask_about_end(self) -> list[ModelMentorship]:
        return [
            mentorship
            for mentorship in self.mentorships
            if mentorship.is_running
            and not mentorship.is_asked
            and mentorship.planned_end <= self.now.date() + ASK_BEFORE
        ]
