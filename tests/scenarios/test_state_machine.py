"""Random steps of help requests, matches and mentors, compared with a model in memory.

The model knows the rules of the community and nothing of the code. After every step the database and the model agree,
and the invariants hold.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count

import pytest
from django.conf import settings as configured
from django.db import transaction
from django.db.models import Count, Q
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from accounts.exceptions import Refusal
from accounts.jobs.pauses import pause_mentoring, resume_mentoring
from accounts.models import MentorProfile
from accounts.services.profiles import update_mentor
from matching.jobs.expire import expire_unanswered
from matching.jobs.propose import RETRY_AFTER, propose_due_requests
from matching.jobs.remind import remind_unanswered
from matching.models import CLARIFICATIONS_MAX, HelpRequest, Match
from matching.services.accept import accept_match
from matching.services.ask import ask_mentor
from matching.services.ask_back import ask_back
from matching.services.clarify import clarify_match
from matching.services.correct import CORRECTIONS_A_DAY, correct_help_request
from matching.services.decline import decline_match
from matching.services.dismiss import dismiss_match
from matching.services.limits import A_DAY, QUESTIONS_A_DAY
from matching.services.name_mentor import name_mentor
from matching.services.offer import offer_help
from matching.services.submit import submit_help_request
from matching.services.withdraw import withdraw_help_request, withdraw_match
from mentorship.models import Mentorship
from mentorship.services.end import end_mentorship
from tests.factories import NOW, CareerStepFactory, GoalFactory, HelpRequestFactory, MentorFactory, UserFactory

MENTEES, MENTORS = 2, 4
# `make chaos` lets the machine run longer.
STORIES, STEPS = 500 if "CHAOS_SENDS" in os.environ else 50, 40
FIRST_REMINDER = timedelta(hours=48)
QUESTIONS = ("asked", "clarifying")
WAITING = (*QUESTIONS, "offered")
LIVE = ("proposed", *WAITING)
# A step takes a second, so the next one looks back from a second later.
DAY_BUT_A_SECOND = timedelta(days=1) - timedelta(seconds=1)

words = count()


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


class Community(RuleBasedStateMachine):
    """A request is named by its number, a match by request and mentor."""

    steps_taken = 0

    def __init__(self) -> None:
        super().__init__()
        self.block = transaction.atomic()
        self.block.__enter__()
        self.now = NOW
        self.mentees = [UserFactory() for _ in range(MENTEES)]
        self.mentors = [MentorFactory(capacity=1 + number % 2) for number in range(MENTORS)]
        for mentor in self.mentors:
            CareerStepFactory(profile=mentor.user.profile)
        self.known = [ModelMentor(mentor.capacity) for mentor in self.mentors]
        self.requests: list[HelpRequest] = []
        self.owner: list[int] = []
        self.state: list[str] = []
        self.due_at: list[datetime | None] = []
        self.matches: dict[tuple[int, int], ModelMatch] = {}
        # Questions and offers so far: mentee, mentor, time.
        self.asks: list[tuple[int, int, datetime]] = []
        self.offers: list[tuple[int, int, datetime]] = []
        # Corrections of which mentors were told: request, time.
        self.corrections: list[tuple[int, datetime]] = []

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.block.__exit__(None, None, None)

    # The rules of the community.

    def is_due(self, request: int) -> bool:
        due = self.due_at[request]
        return due is not None and due <= self.now

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

    def attempt(self, act, *, allowed: bool) -> bool:
        """Do ``act``. Fail if it was refused although allowed, or done although not allowed."""
        self.now += timedelta(seconds=1)
        refusal = None
        try:
            with transaction.atomic():
                act()
        except Refusal as error:
            refusal = error
        assert (refusal is None) == allowed, f"refused: {refusal}" if refusal else "done, although not allowed"
        return allowed

    def row(self, request: int, mentor: int) -> Match:
        return Match.objects.get(help_request=self.requests[request], mentor=self.mentors[mentor])

    # Steps of people and time.

    @precondition(lambda self: len(self.requests) < 8)
    @rule(mentee=st.integers(0, MENTEES - 1))
    def draft(self, mentee: int) -> None:
        goal = GoalFactory(mentee=self.mentees[mentee])
        request = HelpRequestFactory(mentee=self.mentees[mentee], goal=goal, status="draft", opened_at=None)
        self.requests.append(request)
        self.owner.append(mentee)
        self.state.append("draft")
        self.due_at.append(None)

    @precondition(lambda self: self.requests)
    @rule(data=st.data())
    def submit(self, data) -> None:
        request = data.draw(st.integers(0, len(self.requests) - 1))
        opened = sum(
            state == "open" and owner == self.owner[request]
            for state, owner in zip(self.state, self.owner, strict=True)
        )
        allowed = self.state[request] == "draft" and opened < configured.OPEN_REQUESTS_MAX
        if self.attempt(
            lambda: submit_help_request(help_request_id=self.requests[request].pk, now=self.now), allowed=allowed
        ):
            self.state[request] = "open"
            self.due_at[request] = self.now

    @precondition(lambda self: self.requests)
    @rule(data=st.data())
    def correct(self, data) -> None:
        request = data.draw(st.integers(0, len(self.requests) - 1))
        told = self.waiting_for(request) > 0
        lately = [at for number, at in self.corrections if number == request and at > self.now - DAY_BUT_A_SECOND]
        allowed = self.state[request] == "open" and (not told or len(lately) < CORRECTIONS_A_DAY)
        if self.attempt(
            lambda: correct_help_request(
                help_request_id=self.requests[request].pk,
                by=self.requests[request].mentee,
                changes={"why": f"It matters to me for reason {next(words)}.", "minutes": 30 + next(words) % 50},
                now=self.now,
            ),
            allowed=allowed,
        ):
            self.due_at[request] = self.now
            if told:
                self.corrections.append((request, self.now))

    @rule()
    def propose(self) -> None:
        propose_due_requests(now=self.now)
        # The model does not know the order: one sweep covers all requests that are due.
        for request in [r for r in range(len(self.requests)) if self.is_due(r)]:
            mine = {(r, m): match for (r, m), match in self.matches.items() if r == request}
            for pair, match in mine.items():
                if match.status == "proposed" and not self.can_be_asked(*pair):
                    del self.matches[pair]
        self.read_proposals()

    @precondition(lambda self: self.matches)
    @rule(data=st.data())
    def ask(self, data) -> None:
        request, mentor = data.draw(st.sampled_from(sorted(self.matches)))
        match = self.matches[request, mentor]
        allowed = (
            self.state[request] == "open"
            and match.status == "proposed"
            and self.waiting_for(request) < configured.ASKED_MAX
            and self.can_be_asked(request, mentor)
            and self.lately(self.asks, request, mentor) < A_DAY
            and self.lately(self.asks, request) < QUESTIONS_A_DAY
        )
        if self.attempt(
            lambda: ask_mentor(
                match_id=self.row(request, mentor).pk,
                by=self.requests[request].mentee,
                why_you=f"You took the step that I want to take, number {next(words)}.",
                now=self.now,
            ),
            allowed=allowed,
        ):
            self.matches[request, mentor] = ModelMatch("asked", self.now, asked=self.now)
            self.asks.append((self.owner[request], mentor, self.now))

    @precondition(lambda self: self.matches)
    @rule(data=st.data())
    def ask_back(self, data) -> None:
        request, mentor = data.draw(st.sampled_from(sorted(self.matches)))
        match = self.matches[request, mentor]
        if self.attempt(
            lambda: ask_back(
                match_id=self.row(request, mentor).pk,
                by=self.mentors[mentor].user,
                question="How many hours a week do you have for this?",
                now=self.now,
            ),
            allowed=match.status == "asked" and match.asked_back < CLARIFICATIONS_MAX,
        ):
            self.matches[request, mentor] = ModelMatch(
                "clarifying", self.now, asked=match.asked, asked_back=match.asked_back + 1
            )

    @precondition(lambda self: self.matches)
    @rule(data=st.data())
    def clarify(self, data) -> None:
        request, mentor = data.draw(st.sampled_from(sorted(self.matches)))
        match = self.matches[request, mentor]
        if self.attempt(
            lambda: clarify_match(
                match_id=self.row(request, mentor).pk,
                by=self.requests[request].mentee,
                answer="About five, on weekday evenings.",
                now=self.now,
            ),
            allowed=match.status == "clarifying",
        ):
            self.matches[request, mentor] = ModelMatch(
                "asked", self.now, asked=match.asked, asked_back=match.asked_back
            )

    @precondition(lambda self: "open" in self.state)
    @rule(data=st.data(), mentor=st.integers(0, MENTORS - 1))
    def name(self, data, mentor: int) -> None:
        request = data.draw(st.sampled_from([r for r, state in enumerate(self.state) if state == "open"]))
        match = self.matches.get((request, mentor))
        is_live = match is not None and match.status in LIVE
        if (
            self.attempt(
                lambda: name_mentor(
                    help_request_id=self.requests[request].pk,
                    mentor_id=self.mentors[mentor].pk,
                    by=self.requests[request].mentee,
                    now=self.now,
                ),
                allowed=is_live or (match is None and self.can_be_asked(request, mentor)),
            )
            and not is_live
        ):
            self.matches[request, mentor] = ModelMatch(named=True)

    @precondition(lambda self: self.matches)
    @rule(data=st.data())
    def offer(self, data) -> None:
        request, mentor = data.draw(st.sampled_from(sorted(self.matches)))
        allowed = (
            self.state[request] == "open"
            and self.matches[request, mentor].status == "proposed"
            and self.waiting_for(request) < configured.ASKED_MAX
            and self.offers_for(request) < configured.ASKED_MAX - 1
            and self.can_offer(request, mentor)
            and self.lately(self.offers, request, mentor) < A_DAY
        )
        if self.attempt(
            lambda: offer_help(
                match_id=self.row(request, mentor).pk,
                by=self.mentors[mentor].user,
                note="I took this step three years ago and remember it well.",
                now=self.now,
            ),
            allowed=allowed,
        ):
            self.matches[request, mentor] = ModelMatch("offered", self.now)
            self.offers.append((self.owner[request], mentor, self.now))

    @precondition(lambda self: self.matches)
    @rule(data=st.data(), by_mentor=st.booleans())
    def accept(self, data, by_mentor: bool) -> None:
        request, mentor = data.draw(st.sampled_from(sorted(self.matches)))
        match = self.matches[request, mentor]
        allowed = (
            self.state[request] == "open"
            and match.status in (QUESTIONS if by_mentor else ("offered",))
            and self.free(mentor) > 0
        )
        by = self.mentors[mentor].user if by_mentor else self.requests[request].mentee
        if self.attempt(
            lambda: accept_match(match_id=self.row(request, mentor).pk, by=by, now=self.now), allowed=allowed
        ):
            for (r, m), other in self.matches.items():
                if r == request and other.status in LIVE:
                    self.matches[r, m] = ModelMatch("accepted" if m == mentor else "superseded")
            self.leave(request, "matched")
            self.known[mentor].running += 1
            self.note_answer(mentor, match, answered=True)

    @precondition(lambda self: self.matches)
    @rule(data=st.data(), by_mentor=st.booleans())
    def decline(self, data, by_mentor: bool) -> None:
        request, mentor = data.draw(st.sampled_from(sorted(self.matches)))
        match = self.matches[request, mentor]
        allowed = match.status in (QUESTIONS if by_mentor else ("offered",))
        by = self.mentors[mentor].user if by_mentor else self.requests[request].mentee
        if self.attempt(
            lambda: decline_match(
                match_id=self.row(request, mentor).pk, by=by, reason="no_time", note="", now=self.now
            ),
            allowed=allowed,
        ):
            self.end(request, mentor, "declined")
            self.note_answer(mentor, match, answered=True)

    @precondition(lambda self: self.matches)
    @rule(data=st.data(), by_mentor=st.booleans())
    def withdraw(self, data, by_mentor: bool) -> None:
        request, mentor = data.draw(st.sampled_from(sorted(self.matches)))
        allowed = self.matches[request, mentor].status in (("offered",) if by_mentor else QUESTIONS)
        by = self.mentors[mentor].user if by_mentor else self.requests[request].mentee
        if self.attempt(
            lambda: withdraw_match(match_id=self.row(request, mentor).pk, by=by, now=self.now), allowed=allowed
        ):
            self.end(request, mentor, "withdrawn")

    @precondition(lambda self: self.matches)
    @rule(data=st.data())
    def dismiss(self, data) -> None:
        request, mentor = data.draw(st.sampled_from(sorted(self.matches)))
        allowed = self.matches[request, mentor].status == "proposed"
        by = self.requests[request].mentee
        if self.attempt(
            lambda: dismiss_match(match_id=self.row(request, mentor).pk, by=by, reason="known", now=self.now),
            allowed=allowed,
        ):
            self.end(request, mentor, "dismissed")

    @precondition(lambda self: self.requests)
    @rule(data=st.data())
    def withdraw_request(self, data) -> None:
        request = data.draw(st.integers(0, len(self.requests) - 1))
        by = self.requests[request].mentee
        if self.attempt(
            lambda: withdraw_help_request(help_request_id=self.requests[request].pk, by=by, now=self.now),
            allowed=self.state[request] == "open",
        ):
            self.leave(request, "withdrawn")
            for (r, m), match in self.matches.items():
                if r == request and match.status in LIVE:
                    self.matches[r, m] = ModelMatch("withdrawn")

    def remind(self, at: datetime) -> None:
        remind_unanswered(now=at)
        for match in self.matches.values():
            if match.due and match.since + FIRST_REMINDER <= at < match.due:
                match.reminded = True

    @rule(hours=st.sampled_from((1, 24, 72, 121)), worker_is_away=st.booleans())
    def let_time_pass(self, hours: int, worker_is_away: bool) -> None:
        """Reminders go out when they are due, unless the worker is away until the end."""
        until = self.now + timedelta(hours=hours)
        if not worker_is_away:
            moments = {match.since + FIRST_REMINDER for match in self.matches.values() if match.due}
            for moment in sorted(moment for moment in moments if self.now < moment <= until):
                self.remind(moment)
        self.now = until
        self.remind(until)
        due = sorted((m.due, pair) for pair, m in self.matches.items() if m.due and m.due <= self.now)
        expire_unanswered(now=self.now)
        for _, (request, mentor) in due:
            match = self.matches[request, mentor]
            self.end(request, mentor, "expired")
            self.note_answer(mentor, match, answered=False)

    @rule(mentor=st.integers(0, MENTORS - 1))
    def pause(self, mentor: int) -> None:
        if self.attempt(
            lambda: pause_mentoring(mentor_id=self.mentors[mentor].pk, cause="own_wish", until_on=None, now=self.now),
            allowed=self.known[mentor].status in ("approved", "paused"),
        ) and (self.known[mentor].status == "approved"):
            self.change_status(mentor, "paused")

    @rule(mentor=st.integers(0, MENTORS - 1))
    def resume(self, mentor: int) -> None:
        if self.attempt(
            lambda: resume_mentoring(mentor_id=self.mentors[mentor].pk, now=self.now),
            allowed=self.known[mentor].status == "paused",
        ):
            self.change_status(mentor, "approved")

    @rule(mentor=st.integers(0, MENTORS - 1), capacity=st.integers(1, 3))
    def change_capacity(self, mentor: int, capacity: int) -> None:
        update_mentor(mentor=self.mentors[mentor], changes={"capacity": capacity})
        self.known[mentor].capacity = capacity

    @precondition(lambda self: any(known.running for known in self.known))
    @rule(data=st.data())
    def end_a_mentorship(self, data) -> None:
        mentor = data.draw(st.sampled_from([m for m, known in enumerate(self.known) if known.running]))
        mentorship = Mentorship.objects.filter(mentor=self.mentors[mentor], status="active").earliest("pk")
        end_mentorship(
            mentorship_id=mentorship.pk, by=mentorship.mentee, status="completed", reason="goal_reached", now=self.now
        )
        self.known[mentor].running -= 1

    # Invariants after every step.

    def read_proposals(self) -> None:
        """Copy the proposals of the engine, after checking that each is allowed. The model does not rank."""
        for match in Match.objects.filter(status="proposed"):
            request = next(n for n, r in enumerate(self.requests) if r.pk == match.help_request_id)
            mentor = next(n for n, m in enumerate(self.mentors) if m.pk == match.mentor_id)
            if (request, mentor) not in self.matches:
                assert self.is_due(request)
                assert self.can_be_asked(request, mentor)
                self.matches[request, mentor] = ModelMatch()
        for request in [r for r in range(len(self.requests)) if self.is_due(r)]:
            # A named mentor takes no place before they are asked.
            live = [
                m
                for (r, m), match in self.matches.items()
                if r == request and match.status in LIVE and not (match.status == "proposed" and match.named)
            ]
            assert len(live) <= 5
            left_out = [
                m
                for m in range(MENTORS)
                if (request, m) not in self.matches and self.can_be_asked(request, m) and self.has_show_room(m)
            ]
            assert not left_out, "somebody could have been proposed and was not"
            self.due_at[request] = None if live else self.now + RETRY_AFTER

    def has_show_room(self, mentor: int) -> bool:
        return self.shown(mentor) < 3 * self.room(mentor)

    @invariant()
    def database_and_model_agree(self) -> None:
        matches = {
            (match.help_request_id, match.mentor_id): match.status
            for match in Match.objects.only("status", "mentor_id")
        }
        assert matches == {
            (self.requests[r].pk, self.mentors[m].pk): match.status for (r, m), match in self.matches.items()
        }
        states = dict(HelpRequest.objects.values_list("pk", "status"))
        assert [states[request.pk] for request in self.requests] == self.state
        mentors = MentorProfile.objects.annotate(
            running=Count("mentorships", filter=Q(mentorships__status__in=Mentorship.RUNNING))
        )
        found = {mentor.pk: (mentor.status, mentor.capacity, mentor.running) for mentor in mentors}
        assert [found[mentor.pk] for mentor in self.mentors] == [
            (known.status, known.capacity, known.running) for known in self.known
        ]

    @invariant()
    def a_request_has_one_mentor_and_few_questions(self) -> None:
        Community.steps_taken += 1
        for request, state in enumerate(self.state):
            mine = [match.status for (r, _), match in self.matches.items() if r == request]
            assert mine.count("accepted") == (state in ("matched", "closed"))
            assert state == "open" or not set(mine) & set(LIVE)
            assert sum(status in WAITING for status in mine) <= configured.ASKED_MAX


@pytest.mark.django_db
@pytest.mark.usefixtures("rung")
@pytest.mark.parametrize("part", [1, 2])
def test_requests_matches_and_mentors_stay_true_to_the_model(part):
    """Each part takes at least 1,000 random steps."""
    Community.steps_taken = 0
    run_state_machine_as_test(
        Community,
        settings=settings(
            max_examples=STORIES,
            stateful_step_count=STEPS,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert Community.steps_taken >= 1_000
