"""Random steps of goals, help requests, matches, mentors and mentorships, compared with a model in memory.

After every step the database and the model agree, and the invariants hold.
"""

from __future__ import annotations

import os
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
from accounts.models import MentorProfile, Notification, User
from accounts.services.profiles import update_mentor
from matching.jobs.close import withdraw_without_goal
from matching.jobs.expire import expire_unanswered
from matching.jobs.propose import RETRY_AFTER, propose_due_requests
from matching.jobs.remind import remind_unanswered
from matching.models import CLARIFICATIONS_MAX, HelpRequest, Match
from matching.services.accept import accept_match
from matching.services.ask import ask_mentor
from matching.services.ask_back import ask_back
from matching.services.clarify import clarify_match
from matching.services.correct import CORRECTIONS_A_DAY, TOLD_A_DAY, correct_help_request
from matching.services.decline import decline_match
from matching.services.dismiss import dismiss_match
from matching.services.name_mentor import name_mentor
from matching.services.offer import offer_help
from matching.services.submit import submit_help_request
from matching.services.withdraw import withdraw_help_request, withdraw_match
from mentorship.jobs.ask_about_end import ask_about_ends
from mentorship.models import Goal, GoalKind, Mentorship
from mentorship.services.end import end_mentorship
from mentorship.services.extend import extend_mentorship
from mentorship.services.goals import drop_goal, reach_goal, take_up_goal
from tests.factories import CareerStepFactory, GoalFactory, HelpRequestFactory, MentorFactory, UserFactory
from tests.scenarios.model import (
    FIRST_REMINDER,
    LIVE,
    MENTEES,
    MENTORS,
    QUESTIONS,
    USUAL_LENGTH,
    WAITING,
    Model,
    ModelMatch,
    ModelMentorship,
)

# The defaults of the settings.
A_DAY, QUESTIONS_A_DAY = 2, 12

# `make chaos` lets the machine run longer.
STORIES, STEPS = 500 if "CHAOS_SENDS" in os.environ else 50, 40

words = count()


class Community(RuleBasedStateMachine, Model):
    """The steps. A goal and a request are named by their number, a match by request and mentor."""

    steps_taken = 0

    def __init__(self) -> None:
        RuleBasedStateMachine.__init__(self)
        self.block = transaction.atomic()
        self.block.__enter__()
        # Short enough to end within the steps.
        GoalKind.objects.update(usual_weeks=USUAL_LENGTH.days // 7)
        self.mentees = [UserFactory() for _ in range(MENTEES)]
        self.mentors = [MentorFactory(capacity=1 + number % 2) for number in range(MENTORS)]
        for mentor in self.mentors:
            CareerStepFactory(profile=mentor.user.profile)
        Model.__init__(self, [mentor.capacity for mentor in self.mentors])
        self.requests: list[HelpRequest] = []

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.block.__exit__(None, None, None)

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
        self.goal.append("active")
        self.due_at.append(None)

    @precondition(lambda self: self.requests)
    @rule(data=st.data())
    def submit(self, data) -> None:
        request = data.draw(st.integers(0, len(self.requests) - 1))
        opened = sum(
            state == "open" and owner == self.owner[request]
            for state, owner in zip(self.state, self.owner, strict=True)
        )
        is_draft = self.state[request] == "draft" and self.goal[request] == "active"
        allowed = is_draft and opened < configured.OPEN_REQUESTS_MAX
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
        allowed = (
            self.is_open(request)
            and self.corrected_lately(request) < CORRECTIONS_A_DAY
            and (not told or self.corrected_lately(request, told=True) < TOLD_A_DAY)
        )
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
            self.corrections.append((request, self.now, told))

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
            self.is_open(request)
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
            allowed=self.is_open(request) and match.status == "asked" and match.asked_back < CLARIFICATIONS_MAX,
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
            allowed=self.is_open(request) and match.status == "clarifying",
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
                allowed=self.is_open(request) and (is_live or (match is None and self.can_be_asked(request, mentor))),
            )
            and not is_live
        ):
            self.matches[request, mentor] = ModelMatch(named=True)

    @precondition(lambda self: self.matches)
    @rule(data=st.data())
    def offer(self, data) -> None:
        request, mentor = data.draw(st.sampled_from(sorted(self.matches)))
        allowed = (
            self.is_open(request)
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
                correction=self.requests[request].corrections.count(),
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
            self.is_open(request)
            and match.status in (QUESTIONS if by_mentor else ("offered",))
            and self.free(mentor) > 0
        )
        by = self.mentors[mentor].user if by_mentor else self.requests[request].mentee
        if self.attempt(
            lambda: accept_match(
                match_id=self.row(request, mentor).pk,
                by=by,
                now=self.now,
                correction=self.requests[request].corrections.count(),
            ),
            allowed=allowed,
        ):
            for (r, m), other in self.matches.items():
                if r == request and other.status in LIVE:
                    self.matches[r, m] = ModelMatch("accepted" if m == mentor else "superseded")
            self.leave(request, "matched")
            self.known[mentor].running += 1
            pk = Mentorship.objects.get(match__help_request=self.requests[request]).pk
            self.mentorships.append(ModelMentorship(pk, request, mentor, self.now.date() + USUAL_LENGTH))
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
        allowed = self.is_open(request) and self.matches[request, mentor].status == "proposed"
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
            self.withdraw_live(request)

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

    @precondition(lambda self: any(mentorship.is_running for mentorship in self.mentorships))
    @rule(data=st.data(), by_mentor=st.booleans(), reason=st.sampled_from(("goal_reached", "helped_enough")))
    def end_a_mentorship(self, data, by_mentor: bool, reason: str) -> None:
        mentorship = data.draw(st.sampled_from([known for known in self.mentorships if known.is_running]))
        end_mentorship(
            mentorship_id=mentorship.pk,
            by=self.one_of(mentorship, by_mentor),
            status="completed",
            reason=reason,
            now=self.now,
        )
        mentorship.is_running = False
        self.known[mentorship.mentor].running -= 1
        if reason == "goal_reached" and self.goal[mentorship.request] == "active":
            self.goal[mentorship.request] = "reached"

    def one_of(self, mentorship: ModelMentorship, by_mentor: bool) -> User:
        return self.mentors[mentorship.mentor].user if by_mentor else self.requests[mentorship.request].mentee

    @precondition(lambda self: self.mentorships)
    @rule(data=st.data(), by_mentor=st.booleans(), days=st.sampled_from((-1, 0, 1, 2, 3, 20, 30, 364, 365)))
    def extend_a_mentorship(self, data, by_mentor: bool, days: int) -> None:
        """Extend to a day that is counted from the later one of today and the present end, or from today."""
        mentorship = data.draw(st.sampled_from(self.mentorships))
        at = self.now + timedelta(seconds=1)
        start = at.date() if days > 300 else max(mentorship.planned_end, at.date())
        until, other = start + timedelta(days=days), "mentee" if by_mentor else "mentor"
        if self.attempt(
            lambda: extend_mentorship(
                mentorship_id=mentorship.pk, by=self.one_of(mentorship, by_mentor), until_on=until, now=self.now
            ),
            allowed=self.can_extend(mentorship, other, until, at),
        ):
            self.extend(mentorship, other, until, at)

    @rule()
    def mails_about_extensions_leave(self) -> None:
        unsent = Notification.objects.filter(kind="mentorship_extended", status="pending")
        unsent.update(status="sent", sent_at=self.now)
        for mentorship in self.mentorships:
            mentorship.told = [(side, at, True) for side, at, _ in mentorship.told]

    @rule()
    def ask_about_ends(self) -> None:
        due = self.to_ask_about_end()
        assert ask_about_ends(now=self.now) == len(due)
        for mentorship in due:
            mentorship.is_asked = True

    @precondition(lambda self: self.requests)
    @rule(data=st.data(), move=st.sampled_from(("reached", "dropped", "active")))
    def settle_or_take_up_a_goal(self, data, move: str) -> None:
        number = data.draw(st.integers(0, len(self.requests) - 1))
        goal = self.requests[number].goal
        act = {"reached": reach_goal, "dropped": drop_goal, "active": take_up_goal}[move]
        if self.attempt(
            lambda: act(goal_id=goal.pk, by=goal.mentee, now=self.now),
            allowed=(self.goal[number] == "active") != (move == "active"),
        ):
            self.goal[number] = move

    @rule()
    def withdraw_requests_without_goal(self) -> None:
        over = [r for r, state in enumerate(self.state) if state == "open" and self.goal[r] != "active"]
        assert withdraw_without_goal(now=self.now) == len(over)
        for request in over:
            self.withdraw_live(request)

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
        goals = dict(Goal.objects.values_list("pk", "status"))
        assert [goals[request.goal_id] for request in self.requests] == self.goal
        ends = Mentorship.objects.order_by("pk").values_list("pk", "planned_end_on", "end_asked_at", "ended_at")
        assert [(pk, end, asked is not None, ended is None) for pk, end, asked, ended in ends] == [
            (known.pk, known.planned_end, known.is_asked, known.is_running) for known in self.mentorships
        ]
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
