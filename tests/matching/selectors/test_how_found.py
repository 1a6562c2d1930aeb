"""Limits of a mentor, in words for the mentor."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from accounts.models import Absence, Availability, MentorProfile, NotificationChoice
from matching.engine import RULES
from matching.selectors.how_found import how_found
from mentorship.models import GoalKind
from tests.factories import NOW, CareerStepFactory, MatchFactory, MentorFactory, MentorshipFactory, SessionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def mentor():
    """Return a mentor whom nothing limits."""
    mentor = MentorFactory(capacity=1)
    CareerStepFactory(profile=mentor.user.profile)
    for weekday in range(1, 8):
        Availability.objects.create(profile=mentor.user.profile, weekday=weekday, start_minute=540, end_minute=600)
    return mentor


def codes(mentor) -> list[str]:
    mentor.refresh_from_db()
    return [limit.code for limit in how_found(mentor, now=NOW).limits]


def test_a_complete_mentor_has_no_limits(mentor):
    found = how_found(mentor, now=NOW)

    assert found.limits == []
    assert (found.shown, found.waiting, found.running, found.capacity) == (0, 0, 0, 1)


def pause(mentor):
    MentorProfile.objects.update(status="paused", pause_cause="own_wish", paused_until_on=date(2026, 12, 24))


def switch_questions_off(mentor):
    NotificationChoice.objects.create(user=mentor.user, group="questions", email="off")


def go_away(mentor):
    today = NOW.date()
    Absence.objects.create(profile=mentor.user.profile, from_on=today, until_on=today + timedelta(days=10))


def fill_the_inbox(mentor):
    MatchFactory.create_batch(2, mentor=mentor, status="asked")


def fill_the_lists(mentor):
    MatchFactory.create_batch(6, mentor=mentor)


def spend_the_hours(mentor):
    MentorProfile.objects.update(monthly_hours=1, capacity=9)
    SessionFactory(mentorship__mentor=mentor, status="held", minutes=60)


@pytest.mark.parametrize(
    ("act", "code"),
    [
        (spend_the_hours, "hours_spent"),
        (pause, "paused"),
        (switch_questions_off, "unreachable"),
        (go_away, "away"),
        (lambda mentor: MentorshipFactory(mentor=mentor), "no_capacity"),
        (fill_the_inbox, "inbox_full"),
        (fill_the_lists, "shown_enough"),
    ],
)
def test_a_limit_that_stops_proposals_is_a_hard_rule_and_said(mentor, act, code):
    act(mentor)

    found = how_found(MentorProfile.objects.get(pk=mentor.pk), now=NOW)

    assert [limit.code for limit in found.limits] == [code]
    assert found.is_stopped
    assert code in {rule.name for rule in RULES}


@pytest.mark.parametrize("status", ["applied", "rejected", "suspended"])
def test_a_decision_of_the_admins_is_said(mentor, status):
    MentorProfile.objects.update(status=status)

    assert codes(mentor) == ["suspended" if status == "suspended" else "not_approved"]


def test_an_empty_profile_is_told_all_that_would_bring_requests():
    mentor = MentorFactory(
        teaches=[], career=[], formats=["ongoing"], is_listed=False, goal_kinds=[GoalKind.objects.get(code="promotion")]
    )

    found = how_found(mentor, now=NOW)

    assert [limit.code for limit in found.limits] == [
        "few_goal_kinds",
        "no_skills",
        "no_career",
        "no_time_stated",
        "one_format",
        "not_listed",
    ]
    assert not found.is_stopped


def test_the_day_of_a_pause_is_named(mentor):
    pause(mentor)
    mentor.refresh_from_db()

    [limit] = how_found(mentor, now=NOW).limits

    assert limit.sentence == "You are paused until 24 December 2026: nobody new can ask you."


def test_the_api_answers_a_mentor_and_404_for_others(api, mentor, alice):
    fill_the_inbox(mentor)

    answer = api(mentor.user).get("/api/v1/me/mentor/how-found/").json()

    assert (answer["waiting"], answer["limits"][0]["code"], answer["limits"][0]["stops"]) == (2, "inbox_full", True)
    assert api(alice).get("/api/v1/me/mentor/how-found/").status_code == 404


def test_the_number_of_queries_is_constant(mentor, django_assert_num_queries):
    mentor = MentorProfile.objects.select_related("user__profile").get(pk=mentor.pk)
    with django_assert_num_queries(2):
        how_found(mentor, now=NOW)
