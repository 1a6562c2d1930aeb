"""The suggest command."""

from __future__ import annotations

import json

import pytest
from django.core.management import CommandError, call_command

from accounts.models import MentorProfile
from tests.factories import HelpRequestFactory, MentorFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def help_request():
    return HelpRequestFactory(ref="T1")


@pytest.fixture
def suggest(capsys):
    """Return a function from a help request to what `suggest --json` prints for it."""

    def run(request, *options: str) -> dict:
        call_command("suggest", request.ref, "--json", *options)
        return json.loads(capsys.readouterr().out)

    return run


def test_every_mentor_but_the_rejected_is_in_exactly_one_list(suggest, help_request):
    mentors = {status: MentorFactory(status=status) for status in MentorProfile.Status.values}

    answer = suggest(help_request)

    assert [row["mentor"] for row in answer["suggestions"]] == [mentors["approved"].user.email]
    assert {row["mentor"]: row["rules"] for row in answer["ineligible"]} == {
        mentors["applied"].user.email: ["not_approved"],
        mentors["paused"].user.email: ["paused"],
        mentors["suspended"].user.email: ["suspended"],
    }


def test_a_suggestion_has_points_by_criterion(suggest, help_request):
    MentorFactory(career=[])

    [suggestion] = suggest(help_request)["suggestions"]

    assert (suggestion["rank"], 0 <= suggestion["fit"] <= 100) == (1, True)
    assert sum(row["weight"] for row in suggestion["criteria"].values()) == pytest.approx(100)
    assert suggestion["criteria"]["path"]["score"] is None  # no career: not stated
    assert suggestion["reasons"]


def test_an_alias_from_another_field_finds_the_mentor_and_is_named(suggest, without_encoder):
    request = HelpRequestFactory(ref="T1", needs=["Multivariate Analysis"])
    MentorFactory(teaches=["machine learning"])

    [suggestion] = suggest(request)["suggestions"]

    assert suggestion["criteria"]["needs"]["score"] == 1
    assert any("machine learning" in reason and "Multivariate Analysis" in reason for reason in suggestion["reasons"])


def test_top_limits_only_the_suggestions(suggest, help_request):
    MentorFactory.create_batch(3)
    MentorFactory(status="paused")

    answer = suggest(help_request, "--top", "1")

    assert (len(answer["suggestions"]), len(answer["ineligible"])) == (1, 1)


@pytest.mark.parametrize("arguments", [["NOPE"], ["T1", "--top", "0"]])
def test_a_wrong_argument_is_a_command_error(arguments, help_request):
    with pytest.raises(CommandError):
        call_command("suggest", *arguments)


def test_ranking_takes_the_same_number_of_queries_for_any_number_of_mentors(help_request, django_assert_num_queries):
    for wanted in (1, 4):
        MentorFactory.create_batch(wanted)
        with django_assert_num_queries(16):
            call_command("suggest", "T1", "--json")


def test_why_not_names_the_rule_that_excludes_a_mentor(help_request, capsys):
    MentorFactory(user__email="full@example.org", capacity=1, active_elsewhere=1)

    call_command("suggest", "T1", "--why-not", "Full@example.org")

    assert capsys.readouterr().out.startswith("Has no free place at the moment.\n")


def test_why_not_refuses_a_person_who_is_no_mentor(help_request):
    with pytest.raises(CommandError, match="nobody who could be suggested"):
        call_command("suggest", "T1", "--why-not", "stranger@example.org")
