"""Limits on the mails that one person causes in the mailbox of another."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError

from matching.exceptions import AskedTooOften, OfferedTooOften
from matching.jobs.close import withdraw_without_goal
from matching.jobs.still_looking import expire_request
from matching.jobs.undelivered import end_undelivered
from matching.models import HelpRequest, Match
from matching.services.withdraw import withdraw_help_request, withdraw_match
from mentorship.services.goals import drop_goal, reach_goal, take_up_goal
from tests.factories import NOW, GoalFactory, HelpRequestFactory, MatchFactory, MentorFactory
from tests.matching.helpers import match_in
from tests.moves import accept, ask, offer

# The default of the setting.
QUESTIONS_A_DAY = 12

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]
DAY = timedelta(days=1)


def taken_back(mentor, mentee, goal, number: int, now=NOW) -> None:
    """Let the mentee ask and take it back, in a request of its own."""
    request = HelpRequestFactory(mentee=mentee, goal=goal)
    match = MatchFactory(help_request=request, mentor=mentor)
    ask(match, now, f"You moved from research to industry as I want to, number {number}.")
    withdraw_match(match_id=match.pk, by=mentee, now=now)
    withdraw_help_request(help_request_id=request.pk, by=mentee, now=now)


@pytest.mark.parametrize("goals", ["one", "restated", "another each time"])
def test_a_loop_of_asking_and_taking_back_ends_soon(goals, alice):
    mentor = MentorFactory()
    goal = GoalFactory(mentee=alice)

    def loop(goal=goal):
        for number in range(20):
            taken_back(mentor, alice, goal, number)
            if goals == "restated":
                role = goal.target_role
                drop_goal(goal_id=goal.pk, by=alice, now=NOW)
                goal = GoalFactory(mentee=alice, target_role=role)
            elif goals == "another each time":
                goal = GoalFactory(mentee=alice)

    with pytest.raises(AskedTooOften):
        loop()

    assert mentor.user.notifications.count() == 4


def test_the_same_goal_is_not_asked_and_taken_back_day_after_day(alice):
    mentor = MentorFactory()
    goal = GoalFactory(mentee=alice)

    def loop():
        for number in range(20):
            taken_back(mentor, alice, goal, number, NOW + number * DAY)

    with pytest.raises(AskedTooOften):
        loop()

    assert mentor.user.notifications.count() == 4


def test_a_question_for_another_goal_is_possible_the_next_day(alice):
    mentor = MentorFactory()
    goal = GoalFactory(mentee=alice)
    for number in range(2):
        taken_back(mentor, alice, goal, number)
    other = MatchFactory(help_request__mentee=alice, mentor=mentor)

    ask(other, NOW + DAY)

    other.refresh_from_db()
    assert other.status == "asked"


def test_a_refused_question_changes_nothing(alice):
    mentor = MentorFactory()
    for _ in range(2):
        MatchFactory(help_request__mentee=alice, mentor=mentor, status="withdrawn")
    match = MatchFactory(help_request__mentee=alice, mentor=mentor)

    with pytest.raises(AskedTooOften, match="come back tomorrow"):
        ask(match)

    match.refresh_from_db()
    assert (match.status, match.why_you) == ("proposed", "")


def test_the_questions_of_others_do_not_count(alice, charlie):
    mentor = MentorFactory(capacity=5)
    for _ in range(2):
        MatchFactory(help_request__mentee=charlie, mentor=mentor, status="withdrawn")

    ask(MatchFactory(help_request__mentee=alice, mentor=mentor))

    assert Match.objects.filter(status="asked").count() == 1


def test_a_mentee_asks_a_number_of_mentors_a_day(alice):
    for _ in range(QUESTIONS_A_DAY):
        MatchFactory(help_request__mentee=alice, status="withdrawn")
    match = MatchFactory(help_request__mentee=alice)

    with pytest.raises(AskedTooOften):
        ask(match)
    ask(match, NOW + DAY)


def test_questions_that_mentors_said_yes_to_do_not_count(alice):
    for _ in range(QUESTIONS_A_DAY):
        accepted = match_in("accepted")
        HelpRequest.objects.filter(pk=accepted.help_request_id).update(mentee=alice)
    match = MatchFactory(help_request__mentee=alice)

    ask(match)

    match.refresh_from_db()
    assert match.status == "asked"


def test_a_loop_of_offers_ends_soon(alice):
    mentor = MentorFactory()
    goal = GoalFactory(mentee=alice)

    def loop():
        for _ in range(20):
            match = MatchFactory(help_request__mentee=alice, help_request__goal=goal, mentor=mentor)
            offer(match)
            withdraw_match(match_id=match.pk, by=mentor.user, now=NOW)

    with pytest.raises(OfferedTooOften):
        loop()

    assert alice.notifications.count() == 4


def test_a_mentor_who_said_yes_can_be_asked_again_the_same_day(alice):
    mentor = MentorFactory(capacity=5)
    for number in range(4):
        match = MatchFactory(help_request__mentee=alice, mentor=mentor)
        ask(match, NOW, f"You moved from research to industry as I want to, number {number}.")
        accept(match, NOW)

    assert mentor.mentorships.count() == 4


def ended_by_the_sweep_of_undelivered(match, now):
    bob = match.mentor.user
    bob.notifications.filter(kind="match_asked").update(status="dead", last_error="550 no")
    assert end_undelivered(now=now + 2 * DAY) == 1


def ended_by_reaching_the_goal(match, now):
    reach_goal(goal_id=match.help_request.goal_id, by=match.help_request.mentee, now=now)
    assert withdraw_without_goal(now=now) == 1
    take_up_goal(goal_id=match.help_request.goal_id, by=match.help_request.mentee, now=now)


def ended_with_an_expired_request(match, now):
    HelpRequest.objects.filter(pk=match.help_request_id).update(
        still_looking_at=now - 30 * DAY, opened_at=now - 90 * DAY
    )
    assert expire_request(help_request_id=match.help_request_id, now=now)


@pytest.mark.parametrize(
    "ended", [ended_by_the_sweep_of_undelivered, ended_by_reaching_the_goal, ended_with_an_expired_request]
)
def test_a_question_that_the_mentee_did_not_take_back_does_not_count(ended, alice):
    mentor = MentorFactory(capacity=5)
    goal = GoalFactory(mentee=alice)
    for number in range(3):
        now = NOW + 10 * number * DAY
        match = MatchFactory(help_request__mentee=alice, help_request__goal=goal, mentor=mentor)
        ask(match, now, f"You moved from research to industry as I want to, number {number}.")
        ended(match, now)
        match.refresh_from_db()
        assert (match.status, match.withdrawn_by) == ("withdrawn", "")
    last = MatchFactory(help_request__mentee=alice, help_request__goal=goal, mentor=mentor)

    ask(last, NOW + 40 * DAY, "You moved from research to industry as I want to, once more.")

    last.refresh_from_db()
    assert last.status == "asked"


def test_an_offer_that_ended_with_the_request_does_not_count(alice):
    mentor = MentorFactory(capacity=5)
    goal = GoalFactory(mentee=alice)
    for number in range(3):
        match = MatchFactory(help_request__mentee=alice, help_request__goal=goal, mentor=mentor)
        offer(match, NOW + number * DAY)
        withdraw_help_request(help_request_id=match.help_request_id, by=alice, now=NOW + number * DAY)
    last = MatchFactory(help_request__mentee=alice, help_request__goal=goal, mentor=mentor)

    offer(last, NOW + 5 * DAY)

    last.refresh_from_db()
    assert last.status == "offered"


def test_a_question_that_was_taken_back_with_the_request_counts(alice):
    mentor = MentorFactory()
    goal = GoalFactory(mentee=alice)

    def loop():
        for number in range(20):
            match = MatchFactory(help_request__mentee=alice, help_request__goal=goal, mentor=mentor)
            ask(match, NOW + number * DAY, f"You moved from research to industry as I want to, number {number}.")
            withdraw_help_request(help_request_id=match.help_request_id, by=alice, now=NOW + number * DAY)

    with pytest.raises(AskedTooOften, match="You have taken back 2 questions"):
        loop()


def test_only_a_withdrawn_match_names_who_withdrew_it():
    match = MatchFactory(status="asked")

    with pytest.raises(IntegrityError, match="match_is_withdrawn_by_somebody_only_if_withdrawn"):
        Match.objects.filter(pk=match.pk).update(withdrawn_by="mentee")
