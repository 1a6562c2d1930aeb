"""Random steps of sessions, compared with a model in memory: three people in three mentorships, one of them one-off.

After every step the database and the model agree, and the invariants hold. Mails leave as they do in production, and
each is checked against the model when it does.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import combinations

import pytest
from django.core import mail
from django.db import connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from accounts.exceptions import Refusal
from accounts.jobs.pauses import resume_mentoring
from accounts.models import Notification, User
from accounts.services.asking import resume_asking
from mentorship.jobs.attendance import ask_about_attendance, settle_attendance_by_one
from mentorship.models import Session, SessionKind
from mentorship.services.end import end_mentorship
from mentorship.services.pause import pause_mentorship, resume_mentorship
from mentorship.services.sessions.attend import say_attendance, say_coming, settle_attendance
from mentorship.services.sessions.cancel import cancel_session, keep_time
from mentorship.services.sessions.change import change_session
from mentorship.services.sessions.propose import propose_session, propose_times
from mentorship.services.sessions.take import take_time
from tests.factories import NOW, GoalFactory, MentorFactory, MentorshipFactory, SessionFactory, UserFactory
from tests.helpers import send
from tests.scenarios.meetings import (
    AHEAD,
    BOOKED,
    SIDES,
    WAITING_MAX,
    Meetings,
    ModelPair,
    ModelSession,
    other_side,
)

# `make chaos` lets the machine run longer.
STORIES, STEPS = 500 if "CHAOS_SENDS" in os.environ else 20, 40

HOUR = timedelta(hours=1)
# The moves of a session, written out.
MOVES = {
    ("proposed", "confirmed"),
    ("proposed", "cancelled"),
    ("confirmed", "held"),
    ("confirmed", "missed_by_mentor"),
    ("confirmed", "missed_by_mentee"),
    ("confirmed", "cancelled"),
}
# The status that follows from the answer of a side.
OUTCOMES = {
    ("mentee", "held"): "held",
    ("mentor", "held"): "held",
    ("mentee", "moved"): "cancelled",
    ("mentor", "moved"): "cancelled",
    ("mentee", "i_missed"): "missed_by_mentee",
    ("mentor", "i_missed"): "missed_by_mentor",
    ("mentee", "other_missed"): "missed_by_mentor",
    ("mentor", "other_missed"): "missed_by_mentee",
}
TO_COME = ("session_confirmed", "session_kept", "session_reminder")

sides = st.sampled_from(SIDES)
hours = st.lists(st.sampled_from((-1, 1, 2, 3, 4, 23, 26, 48)), min_size=1, max_size=3, unique=True)
lengths = st.sampled_from((30, 60, 120))
places = st.sampled_from(("", "https://meet.example.org/a", "https://meet.example.org/b"))
mostly = st.sampled_from((True, True, True, True, False))
seldom = st.sampled_from((False, False, False, False, True))
has_sessions = precondition(lambda self: self.sessions)


class People(RuleBasedStateMachine, Meetings):
    """The steps. ``A`` is a mentor in one mentorship and a mentee in another, so both roles fill one calendar."""

    steps_taken = 0

    def __init__(self) -> None:
        RuleBasedStateMachine.__init__(self)
        self.block = transaction.atomic()
        self.block.__enter__()
        self.kind = SessionKind.objects.get(code="intro_call")
        self.admin = UserFactory(is_staff=True)
        self.users: dict[str, User] = {letter: UserFactory() for letter in "ABC"}
        mentors = {letter: MentorFactory(user=self.users[letter], capacity=2) for letter in "AB"}
        Meetings.__init__(self, [ModelPair("A", "B"), ModelPair("C", "A"), ModelPair("C", "B", is_one_off=True)])
        self.mentorships = [
            MentorshipFactory(
                mentor=mentors[pair.mentor],
                goal=GoalFactory(mentee=self.users[pair.mentee]),
                place=1 + pair.is_one_off,
                format="one_off" if pair.is_one_off else "ongoing",
            )
            for pair in self.pairs
        ]
        self.rows: list[Session] = []
        self.before: list[tuple[str, int]] = []
        # The newest answers about sessions that are over, by number and side.
        self.answers: dict[tuple[int, str], str] = {}
        # Three missed ones of a mentee and of a mentor: the next one pauses them.
        for pair, status in ((0, "missed_by_mentee"), (1, "missed_by_mentor")):
            for number in range(1, 4):
                self.missed_before(pair, status, NOW - (pair * 12 + number * 2) * HOUR)

    def missed_before(self, pair: int, status: str, starts_at: datetime) -> None:
        facts = {"minutes": 60, "place": "", "starts_at": starts_at, "status": status}
        self.rows.append(SessionFactory(mentorship=self.mentorships[pair], **facts))
        self.sessions.append(ModelSession(pair, 60, status=status, starts_at=starts_at, version=1))
        self.before.append((status, 1))

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.block.__exit__(None, None, None)

    def attempt(self, act, *, allowed: bool):
        """Do ``act``, a second later. Fail if it was refused although allowed, or done although not allowed."""
        refusal, done = None, None
        try:
            with transaction.atomic():
                done = act()
        except Refusal as error:
            refusal = error
        assert (refusal is None) == allowed, f"refused: {refusal}" if refusal else "done, although not allowed"
        return done

    def tick(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now

    def draw(self, data, fits: Callable[[ModelSession], object]) -> tuple[int, ModelSession]:
        """Return a session with its number, mostly one that ``fits`` the move."""
        fitting = [number for number, session in enumerate(self.sessions) if fits(session)]
        known = range(len(self.sessions))
        number = data.draw(st.sampled_from(fitting if fitting and data.draw(mostly) else known))
        return number, self.sessions[number]

    def user(self, session: ModelSession, side: str) -> User:
        return self.users[self.pairs[session.pair].person(side)]

    def at(self, offsets: list[int]) -> list[datetime]:
        hour = self.now.replace(minute=0, second=0, microsecond=0)
        return [hour + offset * HOUR for offset in offsets]

    # Steps of the two.

    @rule(pair=st.integers(0, 2), by=sides, offsets=hours, minutes=lengths, place=places)
    def propose(self, pair: int, by: str, offsets: list[int], minutes: int, place: str) -> None:
        now, times = self.tick(), self.at(offsets)
        new = ModelSession(pair, minutes, place)
        mine = [session for session in self.sessions if session.pair == pair]
        same = any(
            (s.status, s.proposed_by, s.minutes, s.place, s.times) == ("proposed", by, minutes, place, set(times))
            for s in mine
        )
        has_room = sum(session.status == "proposed" for session in mine) < WAITING_MAX
        if self.pairs[pair].is_one_off:
            has_room = not any(session.status in (*AHEAD, "held") for session in mine)
        allowed = self.pairs[pair].status == "active" and (
            same or (has_room and self.times_are_possible(times, now) and self.may_ask(pair, by, now))
        )
        row = self.attempt(
            lambda: propose_session(
                mentorship_id=self.mentorships[pair].pk,
                by=self.user(new, by),
                kind=self.kind,
                minutes=minutes,
                place=place,
                place_zone="",
                times=times,
                now=now,
            ),
            allowed=allowed,
        )
        if row is not None and not same:
            self.sessions.append(new)
            self.rows.append(row)
            self.before.append(("proposed", 0))
            self.open_times(new, times, by, now)
        elif row is not None:
            assert row in self.rows

    @has_sessions
    @rule(data=st.data(), by=sides, offsets=hours)
    def propose_others(self, data, by: str, offsets: list[int]) -> None:
        now, times = self.tick(), self.at(offsets)
        number, session = self.draw(data, lambda session: session.is_ahead(now))
        same = session.proposed_by == by and session.times == set(times)
        allowed = (
            session.is_ahead(now)
            and self.pairs[session.pair].status == "active"
            and (same or (self.times_are_possible(times, now) and self.may_ask(session.pair, by, now)))
        )
        if (
            self.attempt(
                lambda: propose_times(session_id=self.rows[number].pk, by=self.user(session, by), times=times, now=now),
                allowed=allowed,
            )
            and not same
        ):
            self.open_times(session, times, by, now)

    @has_sessions
    @rule(data=st.data(), is_other=mostly)
    def take(self, data, is_other: bool) -> None:
        """Take a time, mostly as the other side of who proposed it."""
        now = self.tick()
        number, session = self.draw(data, lambda session: session.times and self.pairs[session.pair].status == "active")
        by = session.proposed_by or "mentee"
        by = other_side(by) if is_other else by
        starts_at = data.draw(st.sampled_from(sorted(session.times) or self.at([1])))
        allowed = (
            session.is_ahead(now)
            and self.pairs[session.pair].status == "active"
            and session.proposed_by == other_side(by)
            and starts_at in session.times
            and starts_at > now
            and self.are_free(session, starts_at, session.minutes)
        )
        if self.attempt(
            lambda: take_time(session_id=self.rows[number].pk, by=self.user(session, by), starts_at=starts_at, now=now),
            allowed=allowed,
        ):
            if session.starts_at != starts_at:
                session.comes = set()
            session.status, session.starts_at = "confirmed", starts_at
            session.close_times()
            session.invite(now)

    @has_sessions
    @rule(data=st.data(), by=sides)
    def keep(self, data, by: str) -> None:
        now = self.tick()
        number, session = self.draw(data, lambda session: session.times and session.status == "confirmed")
        allowed = session.is_ahead(now) and session.status == "confirmed" and session.proposed_by is not None
        if self.attempt(
            lambda: keep_time(session_id=self.rows[number].pk, by=self.user(session, by), now=now), allowed=allowed
        ):
            session.close_times()

    @has_sessions
    @rule(
        data=st.data(),
        by=sides,
        changes=st.fixed_dictionaries({}, optional={"minutes": lengths, "place": places}),
    )
    def change(self, data, by: str, changes: dict[str, object]) -> None:
        now = self.tick()
        number, session = self.draw(data, lambda session: session.is_ahead(now))
        minutes, place = changes.get("minutes", session.minutes), changes.get("place", session.place)
        same = (minutes, place) == (session.minutes, session.place)
        fits = session.starts_at is None or (
            self.may_invite(session, now) and self.are_free(session, session.starts_at, minutes)
        )
        allowed = session.is_ahead(now) and self.pairs[session.pair].status == "active" and (same or fits)
        if (
            self.attempt(
                lambda: change_session(
                    session_id=self.rows[number].pk, by=self.user(session, by), changes=changes, now=now
                ),
                allowed=allowed,
            )
            and not same
        ):
            session.minutes, session.place = minutes, place
            if session.starts_at is not None:
                session.invite(now)

    @has_sessions
    @rule(data=st.data(), by=st.sampled_from((*SIDES, None)))
    def cancel_one(self, data, by: str | None) -> None:
        """Cancel a session, as one of the two or as an admin."""
        now = self.tick()
        number, session = self.draw(data, lambda session: session.is_ahead(now))
        if self.attempt(
            lambda: cancel_session(
                session_id=self.rows[number].pk,
                by=self.user(session, by) if by else self.admin,
                now=now,
                as_admin=by is None,
            ),
            allowed=session.is_ahead(now),
        ):
            self.cancel(session, by, now)

    @has_sessions
    @rule(data=st.data(), by=sides)
    def come(self, data, by: str) -> None:
        now = self.tick()
        number, session = self.draw(data, lambda session: session.status == "confirmed")
        if self.attempt(
            lambda: say_coming(session_id=self.rows[number].pk, by=self.user(session, by), now=now),
            allowed=session.is_ahead(now) and session.status == "confirmed",
        ):
            session.comes.add(by)

    @has_sessions
    @rule(data=st.data(), by=sides, answer=st.sampled_from(("held", "other_missed", "i_missed", "moved")))
    def say_how_it_was(self, data, by: str, answer: str) -> None:
        now = self.tick()
        number, session = self.draw(data, lambda session: session.is_over(now))
        if not self.attempt(
            lambda: say_attendance(session_id=self.rows[number].pk, by=self.user(session, by), answer=answer, now=now),
            allowed=session.is_over(now),
        ):
            return
        if not session.is_asked:
            self.ask_how_it_was(session)
        outcome = OUTCOMES[by, answer]
        if self.answers.get((number, by)) != answer:
            self.answers[number, by] = answer
            session.said[by] = (outcome, now)
        if len(session.said) == 2 and not session.is_disputed:
            self.settle(session, outcome, now)

    # Steps of admins and of time.

    @has_sessions
    @rule(data=st.data(), status=st.sampled_from(("held", "missed_by_mentor", "missed_by_mentee", "cancelled")))
    def settle_as_admin(self, data, status: str) -> None:
        now = self.tick()
        number, session = self.draw(data, lambda session: session.is_over(now))
        if self.attempt(
            lambda: settle_attendance(session_id=self.rows[number].pk, by=self.admin, status=status, now=now),
            allowed=session.is_over(now),
        ):
            self.settle(session, status, now)

    @rule()
    def ask_about_sessions(self) -> None:
        over = [session for session in self.sessions if session.is_over(self.now) and not session.is_asked]
        assert ask_about_attendance(now=self.now) == len(over)
        for session in over:
            self.ask_how_it_was(session)

    @rule()
    def settle_by_one(self) -> None:
        alone = sorted(
            (session for session in self.sessions if self.stands_alone(session)),
            key=lambda session: session.starts_at,
        )
        assert settle_attendance_by_one(now=self.now) == len(alone)
        for session in alone:
            [(status, _)] = session.said.values()
            self.settle(session, status, self.now)

    @rule(passed=st.sampled_from((1, 3, 12, 25, 73, 24 * 11)))
    def let_time_pass(self, passed: int) -> None:
        self.now += passed * HOUR

    @rule(pair=st.integers(0, 2), by=sides, is_resumed=mostly)
    def pause_or_resume(self, pair: int, by: str, is_resumed: bool) -> None:
        """Resume a mentorship, and pause one now and then."""
        now, status = self.tick(), self.pairs[pair].status
        act = resume_mentorship if is_resumed else pause_mentorship
        by_user = self.users[self.pairs[pair].person(by)]
        if self.attempt(
            lambda: act(mentorship_id=self.mentorships[pair].pk, by=by_user, now=now),
            allowed=status == ("paused" if is_resumed else "active"),
        ):
            self.pairs[pair].status = "active" if is_resumed else "paused"

    @rule(pair=st.integers(0, 2), by=st.sampled_from((*SIDES, None)), is_so=seldom)
    def end(self, pair: int, by: str | None, is_so: bool) -> None:
        """End a mentorship now and then, as one of the two or as an admin."""
        if not is_so:
            return
        now = self.tick()
        if self.attempt(
            lambda: end_mentorship(
                mentorship_id=self.mentorships[pair].pk,
                by=self.users[self.pairs[pair].person(by)] if by else self.admin,
                status="ended_early",
                reason="no_time",
                now=now,
                as_admin=by is None,
            ),
            allowed=self.pairs[pair].status in ("active", "paused"),
        ):
            self.pairs[pair].status = "ended_early"
            for session in self.sessions:
                if session.pair == pair and session.is_ahead(now):
                    self.cancel(session, by, now)

    @precondition(lambda self: self.paused)
    @rule(data=st.data())
    def come_back_after_misses(self, data) -> None:
        now = self.tick()
        person, role = data.draw(st.sampled_from(sorted(self.paused)))
        if role == "mentee":
            resume_asking(user_id=self.users[person].pk, now=now)
        else:
            resume_mentoring(mentor_id=self.users[person].mentor.pk, now=now)
        self.come_back(person, role, now)

    @rule()
    def mails_leave(self) -> None:
        """Send what is due. Each mail that leaves is true, and each that does not is needless."""
        due = list(Notification.objects.filter(status="pending", due_at__lte=self.now, kind__startswith="session_"))
        send(self.now)
        mail.outbox.clear()
        stored = dict(Notification.objects.values_list("pk", "status"))
        for row in due:
            is_true = self.is_true(row)
            assert stored[row.pk] == ("sent" if is_true else "skipped"), (row.kind, row.key)
        for session in self.sessions:
            for question in session.questions:
                if question.state == "pending":
                    question.state = "sent" if self.asks_for_a_time(session, question) else "skipped"
            told = [(at, left) for at, left in session.invitations if left or self.is_to_come(session)]
            session.invitations = [(at, True) for at, _ in told]

    def is_true(self, row: Notification) -> bool:
        number = next(n for n, known in enumerate(self.rows) if str(known.uuid) == row.payload["session"])
        session = self.sessions[number]
        if row.kind == "session_proposed":
            return any(
                question.state == "pending"
                and question.at.isoformat() == row.payload["asked"]
                and self.user(session, question.to).pk == row.recipient_id
                and self.asks_for_a_time(session, question)
                for question in session.questions
            )
        if row.kind in TO_COME:
            is_newest = row.payload["version"] == str(session.version)
            asks_again = row.kind == "session_kept" and session.proposed_by is not None
            return is_newest and self.is_to_come(session) and not asks_again
        if row.kind == "session_cancelled":
            return session.status == "cancelled"
        assert row.kind == "session_attendance"
        answered = {self.user(session, side).pk for side in session.said}
        return session.status == "confirmed" and row.recipient_id not in answered

    def asks_for_a_time(self, session: ModelSession, question: object) -> bool:
        return (
            session.is_ahead(self.now)
            and session.waits_since == question.at
            and self.pairs[session.pair].status == "active"
            and any(time > self.now for time in session.times)
        )

    def is_to_come(self, session: ModelSession) -> bool:
        return session.status == "confirmed" and session.is_ahead(self.now)

    # Invariants after every step.

    @invariant()
    def database_and_model_agree(self) -> None:
        People.steps_taken += 1
        connection.check_constraints()
        stored = {row.pk: row for row in Session.objects.prefetch_related("times", "bookings")}
        assert len(stored) == len(self.sessions)
        for number, session in enumerate(self.sessions):
            row = stored[self.rows[number].pk]
            proposer = self.user(session, session.proposed_by).pk if session.proposed_by else None
            assert (row.status, row.version, row.starts_at) == (session.status, session.version, session.starts_at)
            assert (row.minutes, row.place) == (session.minutes, session.place)
            assert (row.proposed_by_id, row.waits_since_at) == (proposer, session.waits_since)
            assert {time.starts_at for time in row.times.all()} == session.times
            assert (row.attendance_asked_at is not None, row.disputed_at is not None) == (
                session.is_asked,
                session.is_disputed,
            )
            booked = {
                (booking.person_id, booking.during.lower, booking.during.upper, booking.comes_at is not None)
                for booking in row.bookings.all()
            }
            assert booked == self.bookings_of(session)

    def bookings_of(self, session: ModelSession) -> set[tuple]:
        if session.status not in BOOKED:
            return set()
        return {
            (self.user(session, side).pk, session.starts_at, session.ends_at, side in session.comes) for side in SIDES
        }

    @invariant()
    def only_listed_moves_happen_and_versions_grow(self) -> None:
        for number, session in enumerate(self.sessions):
            status, version = self.before[number]
            assert session.status == status or (status, session.status) in MOVES
            assert session.version >= version
            self.before[number] = (session.status, session.version)

    @invariant()
    def nobody_is_booked_twice_at_once(self) -> None:
        booked = [session for session in self.sessions if session.status in BOOKED]
        for one, other in combinations(booked, 2):
            if self.people(one) & self.people(other):
                assert one.ends_at <= other.starts_at or other.ends_at <= one.starts_at

    @invariant()
    def those_who_missed_four_are_paused(self) -> None:
        paused = {(letter, "mentee") for letter, user in self.users.items() if self.asking_paused(user)}
        mentors = {letter: self.users[letter] for letter in "AB"}
        paused |= {(letter, "mentor") for letter, user in mentors.items() if self.mentoring_paused(user)}
        assert paused == self.paused

    def asking_paused(self, user: User) -> bool:
        user.profile.refresh_from_db()
        return user.profile.asking_paused_at is not None

    def mentoring_paused(self, user: User) -> bool:
        user.mentor.refresh_from_db()
        return user.mentor.status == "paused"


@pytest.mark.django_db
@pytest.mark.usefixtures("rung")
def test_sessions_stay_true_to_the_model():
    """At least 400 random steps."""
    People.steps_taken = 0
    run_state_machine_as_test(
        People,
        settings=settings(
            max_examples=STORIES,
            stateful_step_count=STEPS,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert People.steps_taken >= 400
