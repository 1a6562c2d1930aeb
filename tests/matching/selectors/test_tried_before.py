"""Mentors who were tried for a goal, and those who may help again."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from matching.jobs.propose import propose_matches
from matching.models import Match
from matching.selectors.needs import tried_for
from matching.selectors.suggestions import best_mentors
from matching.services.decline import decline_match
from tests.factories import NOW, GoalFactory, HelpRequestFactory, MatchFactory, MentorFactory, MentorshipFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

JANUARY = date(2027, 1, 4)


def tried(match):
    return match.mentor.user_id in tried_for([match.help_request.goal], now=NOW)[match.help_request.goal.pk]


@pytest.mark.parametrize("status", ["declined", "expired", "dismissed"])
def test_a_mentor_who_was_tried_is_not_proposed_for_the_goal_again(status):
    assert tried(MatchFactory(status=status))


@pytest.mark.parametrize("status", ["withdrawn", "superseded"])
def test_a_mentor_who_was_not_heard_may_be_proposed_again(status):
    assert not tried(MatchFactory(status=status))


@pytest.mark.parametrize(
    ("status", "is_tried"), [("active", True), ("paused", True), ("ended_early", True), ("completed", False)]
)
def test_a_mentor_may_help_again_after_a_good_end(status, is_tried):
    mentorship = MentorshipFactory(status=status)

    assert (mentorship.mentor.user_id in tried_for([mentorship.goal], now=NOW)[mentorship.goal.pk]) == is_tried


def test_both_read_that_they_worked_together():
    goal = GoalFactory()
    before = MentorshipFactory(goal=goal, status="completed", ended_at=NOW - timedelta(days=40))
    request = HelpRequestFactory(mentee=goal.mentee, goal=goal)

    [found] = best_mentors(request, now=NOW, count=5).suggestions

    assert found.mentor_id == before.mentor.user_id
    assert found.reasons[0] == found.mentor_reasons[0] == "You worked together until October 2026."
    assert len(found.reasons) <= 5


def decline(match, **more):
    facts = {"reason": "no_time", "note": ""} | more
    return decline_match(match_id=match.pk, by=match.mentor.user, now=NOW, **facts)


def test_a_mentor_without_time_until_a_day_is_proposed_again_from_that_day_on():
    match = MatchFactory(status="asked", mentor=MentorFactory())
    decline(match, time_again_on=JANUARY)
    request = match.help_request

    for now, proposed in [(NOW, 0), (NOW + timedelta(days=60), 1)]:
        request.mentors_due_at = now
        request.save(update_fields=["mentors_due_at"])
        assert propose_matches(help_request_id=request.pk, now=now) == proposed

    assert sorted(Match.objects.values_list("status", flat=True)) == ["declined", "proposed"]


def test_a_pause_with_a_day_says_until_when_there_is_no_time():
    match = MatchFactory(status="asked")

    decline(match, pause=True, pause_until_on=JANUARY)

    assert Match.objects.get().time_again_on == JANUARY


def test_a_day_goes_with_the_reason_no_time_alone(api):
    match = MatchFactory(status="asked")
    body = {"reason": "not_my_field", "time_again_on": "2027-01-04"}

    answer = api(match.mentor.user).post(f"/api/v1/inbox/{match.uuid}/decline/", body)

    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == ["time_again_on"]
