"""The suggest command, and the hard rules as rows in the database make them true."""

from __future__ import annotations

import json

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Block, MentorProfile
from mentorship.models import Exclusion, GoalKind
from tests.factories import (
    CareerStepFactory,
    GoalFactory,
    HelpRequestFactory,
    MatchFactory,
    MentorFactory,
    MentorshipFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def suggest(capsys):
    """Return a function from a help request to what `suggest --json` prints for it."""

    def run(request, *options: str) -> dict:
        call_command("suggest", request.ref, "--json", *options)
        return json.loads(capsys.readouterr().out)

    return run


@pytest.fixture
def help_request():
    return HelpRequestFactory(ref="T1")


def rules_for(answer: dict, mentor: MentorProfile) -> list[str]:
    return next((row["rules"] for row in answer["ineligible"] if row["mentor"] == mentor.user.email), [])


def test_every_mentor_but_the_rejected_is_in_exactly_one_list(suggest, help_request):
    mentors = {status: MentorFactory(status=status) for status in MentorProfile.Status.values}

    answer = suggest(help_request)

    assert [row["mentor"] for row in answer["suggestions"]] == [mentors["approved"].user.email]
    assert {row["mentor"]: row["rules"] for row in answer["ineligible"]} == {
        mentors["applied"].user.email: ["not_approved"],
        mentors["paused"].user.email: ["paused"],
        mentors["suspended"].user.email: ["suspended"],
    }


def test_a_suggestion_says_where_its_points_come_from(suggest, help_request):
    MentorFactory()

    [suggestion] = suggest(help_request)["suggestions"]

    assert (suggestion["rank"], 0 <= suggestion["fit"] <= 100) == (1, True)
    assert sum(row["weight"] for row in suggestion["criteria"].values()) == pytest.approx(100)
    assert suggestion["criteria"]["path"]["score"] is None  # no career: not stated
    assert suggestion["reasons"]


def test_an_alias_from_another_field_finds_the_mentor_and_is_named(suggest):
    request = HelpRequestFactory(ref="T1", needs=["Multivariate Analysis"])
    MentorFactory(teaches=["machine learning"])

    [suggestion] = suggest(request)["suggestions"]

    assert suggestion["criteria"]["needs"]["score"] == 1
    assert any("machine learning" in reason and "Multivariate Analysis" in reason for reason in suggestion["reasons"])


def test_full_mentors_are_left_out(suggest, help_request):
    full, elsewhere, free = MentorFactory(capacity=1), MentorFactory(capacity=1, active_elsewhere=1), MentorFactory()
    MentorshipFactory(mentor=full)
    MentorshipFactory(mentor=free, status="completed", ended_at=help_request.opened_at)

    answer = suggest(help_request)

    assert "no_capacity" in rules_for(answer, full)
    assert "no_capacity" in rules_for(answer, elsewhere)
    assert rules_for(answer, free) == []


def test_a_mentor_whose_inbox_is_full_is_left_out(suggest, help_request):
    mentor = MentorFactory(capacity=1)
    MatchFactory(mentor=mentor, status="asked")
    assert rules_for(suggest(help_request), mentor) == []

    MatchFactory(mentor=mentor, status="asked")
    assert rules_for(suggest(help_request), mentor) == ["inbox_full"]


def test_exclusions_and_blocks_work_both_ways(suggest, help_request):
    me, mentors = help_request.mentee, MentorFactory.create_batch(4)
    pair = sorted([me, mentors[0].user], key=lambda user: user.pk)
    Exclusion.objects.create(first=pair[0], second=pair[1], reason="manager")
    Block.objects.create(blocker=me, blocked=mentors[1].user)
    Block.objects.create(blocker=mentors[2].user, blocked=me)
    Block.objects.create(blocker=mentors[3].user, blocked=mentors[0].user)

    answer = suggest(help_request)

    assert [rules_for(answer, mentor) for mentor in mentors] == [["excluded"]] * 3 + [[]]


def test_nobody_mentors_themselves(suggest):
    mentor = MentorFactory()
    request = HelpRequestFactory(ref="T1", mentee=mentor.user)

    assert rules_for(suggest(request), mentor) == ["same_person"]


@pytest.mark.parametrize("status", ["declined", "expired", "dismissed"])
def test_who_was_tried_is_not_tried_again(suggest, help_request, status):
    tried = MatchFactory(help_request=help_request, status=status)

    assert rules_for(suggest(help_request), tried.mentor) == ["declined_before"]


def test_languages_must_be_shared_at_working_level(suggest, help_request):
    basic, french, wanted = MentorFactory(), MentorFactory(), MentorFactory()
    basic.user.profile.languages.update(level="basic")
    french.user.profile.languages.update(code="fr")

    answer = suggest(help_request)
    assert [rules_for(answer, mentor) for mentor in (basic, french, wanted)] == [
        ["no_shared_language"],
        ["no_shared_language"],
        [],
    ]
    help_request.languages = ["fr"]
    help_request.save()
    assert rules_for(suggest(help_request), wanted) == ["no_shared_language"]


def test_the_goal_is_offered_or_lived(suggest, help_request):
    kind = GoalKind.objects.get(code="academia_to_industry")
    help_request.goal.kind = kind
    help_request.goal.save()
    stranger, offers = MentorFactory(goal_kinds=[]), MentorFactory(goal_kinds=[kind])
    lived = MentorFactory(goal_kinds=[])
    CareerStepFactory(profile=lived.user.profile, sector="academia", start_year=2010, end_year=2015)
    CareerStepFactory(profile=lived.user.profile, start_year=2015)

    answer = suggest(help_request)

    assert [rules_for(answer, mentor) for mentor in (stranger, offers, lived)] == [["goal_not_offered"], [], []]


def test_a_job_abroad_needs_a_mentor_who_worked_there(suggest):
    goal = GoalFactory(kind=GoalKind.objects.get(code="job_abroad"), target_country="DE")
    request = HelpRequestFactory(ref="T1", goal=goal, mentee=goal.mentee)
    here, elsewhere = MentorFactory(), MentorFactory()
    CareerStepFactory(profile=here.user.profile, country="DE")
    CareerStepFactory(profile=elsewhere.user.profile, country="FR")

    answer = suggest(request)

    assert [rules_for(answer, mentor) for mentor in (here, elsewhere)] == [[], ["market_experience"]]


@pytest.mark.parametrize(
    ("accepts", "amount", "rules"), [(False, None, ["price"]), (True, None, []), (True, 49, ["price"]), (True, 50, [])]
)
def test_the_price_must_be_acceptable(suggest, accepts, amount, rules):
    mentor = MentorFactory(paid=True, rate_amount=50, rate_currency="EUR", rate_per="session")
    limit = {"max_rate_amount": amount, "max_rate_currency": "EUR", "max_rate_per": "session"} if amount else {}
    request = HelpRequestFactory(ref="T1", accepts_paid=accepts, **limit)

    assert rules_for(suggest(request), mentor) == rules


def test_the_week_must_have_the_time_that_is_asked_for(suggest, help_request):
    early, late = MentorFactory(), MentorFactory()
    help_request.mentee.profile.availability.create(weekday=1, start_minute=600, end_minute=660)
    early.user.profile.availability.create(weekday=1, start_minute=540, end_minute=615)
    late.user.profile.availability.create(weekday=1, start_minute=630, end_minute=720)

    answer = suggest(help_request)

    assert [rules_for(answer, mentor) for mentor in (early, late)] == [["no_overlap"], []]


def test_top_cuts_the_suggestions_only(suggest, help_request):
    MentorFactory.create_batch(3)
    MentorFactory(status="paused")

    answer = suggest(help_request, "--top", "1")

    assert (len(answer["suggestions"]), len(answer["ineligible"])) == (1, 1)


@pytest.mark.parametrize("arguments", [["NOPE"], ["T1", "--top", "0"]])
def test_a_wrong_call_is_one_sentence(arguments, help_request):
    with pytest.raises(CommandError):
        call_command("suggest", *arguments)


def test_ranking_takes_the_same_number_of_queries_for_any_number_of_mentors(help_request, django_assert_num_queries):
    for wanted in (1, 4):
        MentorFactory.create_batch(wanted)
        with django_assert_num_queries(19):
            call_command("suggest", "T1", "--json")


def test_why_not_names_what_keeps_a_mentor_away(help_request, capsys):
    MentorFactory(user__email="full@example.org", capacity=1, active_elsewhere=1)

    call_command("suggest", "T1", "--why-not", "Full@example.org")

    assert capsys.readouterr().out.startswith("Has no free place at the moment.\n")


def test_why_not_somebody_who_is_no_mentor(help_request):
    with pytest.raises(CommandError, match="nobody who could be suggested"):
        call_command("suggest", "T1", "--why-not", "stranger@example.org")
