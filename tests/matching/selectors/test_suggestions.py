"""The hard rules, from rows in the database to the rules that exclude a mentor."""

from __future__ import annotations

import pytest

from accounts.models import Block, MentorProfile
from matching.models import HelpRequest
from matching.selectors.suggestions import all_mentors
from mentorship.models import GoalKind
from tests.factories import (
    NOW,
    CareerStepFactory,
    GoalFactory,
    HelpRequestFactory,
    MatchFactory,
    MentorFactory,
    MentorshipFactory,
)
from tests.matching.helpers import exclude

pytestmark = pytest.mark.django_db


@pytest.fixture
def help_request():
    return HelpRequestFactory()


def rules_against(request: HelpRequest, *mentors: MentorProfile) -> list[list[str]]:
    """Return the rules that exclude each mentor; all must be in the ranking or excluded."""
    found = all_mentors(request, now=NOW)
    rules = {row.mentor_id: list(row.rules) for row in found.ineligible} | {row.mentor_id: [] for row in found.ranked}
    return [rules[mentor.user_id] for mentor in mentors]


def test_full_mentors_are_left_out(help_request):
    full, elsewhere, free = MentorFactory(capacity=1), MentorFactory(capacity=1, active_elsewhere=1), MentorFactory()
    MentorshipFactory(mentor=full)
    MentorshipFactory(mentor=free, status="completed", ended_at=help_request.opened_at)

    assert rules_against(help_request, full, elsewhere, free) == [["no_capacity"], ["no_capacity"], []]


def test_a_mentor_whose_inbox_is_full_is_left_out(help_request):
    mentor = MentorFactory(capacity=1)
    MatchFactory(mentor=mentor, status="asked")
    assert rules_against(help_request, mentor) == [[]]

    MatchFactory(mentor=mentor, status="asked")
    assert rules_against(help_request, mentor) == [["inbox_full"]]


def test_exclusions_and_blocks_work_both_ways(help_request):
    me, mentors = help_request.mentee, MentorFactory.create_batch(4)
    exclude(me, mentors[0].user)
    Block.objects.create(blocker=me, blocked=mentors[1].user)
    Block.objects.create(blocker=mentors[2].user, blocked=me)
    Block.objects.create(blocker=mentors[3].user, blocked=mentors[0].user)

    assert rules_against(help_request, *mentors) == [["excluded"]] * 3 + [[]]


def test_nobody_mentors_themselves():
    mentor = MentorFactory()
    request = HelpRequestFactory(mentee=mentor.user)

    assert rules_against(request, mentor) == [["same_person"]]


@pytest.mark.parametrize("status", ["declined", "expired", "dismissed"])
def test_a_mentor_tried_for_the_request_is_left_out(help_request, status):
    tried = MatchFactory(help_request=help_request, status=status)

    assert rules_against(help_request, tried.mentor) == [["declined_before"]]


def test_languages_must_be_shared_at_working_level(help_request):
    basic, french, wanted = MentorFactory(), MentorFactory(), MentorFactory()
    basic.user.profile.languages.update(level="basic")
    french.user.profile.languages.update(code="fr")

    missing = ["no_shared_language"]
    assert rules_against(help_request, basic, french, wanted) == [missing, missing, []]
    help_request.languages = ["fr"]
    help_request.save()
    assert rules_against(help_request, wanted) == [missing]


def test_a_mentor_offers_the_goal_or_reached_it(help_request):
    kind = GoalKind.objects.get(code="academia_to_industry")
    help_request.goal.kind = kind
    help_request.goal.save()
    stranger, offers = MentorFactory(goal_kinds=[]), MentorFactory(goal_kinds=[kind])
    reached = MentorFactory(goal_kinds=[])
    CareerStepFactory(profile=reached.user.profile, sector="academia", start_year=2010, end_year=2015)
    CareerStepFactory(profile=reached.user.profile, start_year=2015)

    assert rules_against(help_request, stranger, offers, reached) == [["goal_not_offered"], [], []]


def test_a_job_abroad_needs_a_mentor_who_worked_there():
    goal = GoalFactory(kind=GoalKind.objects.get(code="job_abroad"), target_country="DE")
    request = HelpRequestFactory(goal=goal, mentee=goal.mentee)
    here, elsewhere = (MentorFactory(career=[{"country": country}]) for country in ("DE", "FR"))

    assert rules_against(request, here, elsewhere) == [[], ["market_experience"]]


@pytest.mark.parametrize(
    ("accepts", "amount", "rules"), [(False, None, ["price"]), (True, None, []), (True, 49, ["price"]), (True, 50, [])]
)
def test_the_price_must_be_acceptable(accepts, amount, rules):
    mentor = MentorFactory(paid=True, rate_amount=50, rate_currency="EUR", rate_per="session")
    limit = {"max_rate_amount": amount, "max_rate_currency": "EUR", "max_rate_per": "session"} if amount else {}
    request = HelpRequestFactory(accepts_paid=accepts, **limit)

    assert rules_against(request, mentor) == [rules]


def test_the_free_hours_must_overlap_for_the_length_of_a_session(help_request):
    early, late = MentorFactory(), MentorFactory()
    help_request.mentee.profile.availability.create(weekday=1, start_minute=600, end_minute=660)
    early.user.profile.availability.create(weekday=1, start_minute=540, end_minute=615)
    late.user.profile.availability.create(weekday=1, start_minute=630, end_minute=720)

    assert rules_against(help_request, early, late) == [["no_overlap"], []]
