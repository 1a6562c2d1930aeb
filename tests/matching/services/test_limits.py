"""Limits on the mails that one person causes in the mailbox of another."""

from __future__ import annotations

from datetime import timedelta

import pytest

from matching.exceptions import AskedTooOften, OfferedTooOften
from matching.models import HelpRequest, Match
from matching.services.limits import QUESTIONS_A_DAY
from matching.services.withdraw import withdraw_help_request, withdraw_match
from mentorship.services.goals import drop_goal
from tests.factories import NOW, GoalFactory, HelpRequestFactory, MatchFactory, MentorFactory
from tests.matching.helpers import match_in
from tests.moves import accept, ask, offer

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
