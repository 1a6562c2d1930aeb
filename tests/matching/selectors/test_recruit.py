"""The mentors to recruit, from waiting requests to a sentence."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from accounts.models import Language
from matching.models import HelpRequest
from matching.selectors import recruit
from matching.selectors.recruit import requests_without_mentors, whom_to_recruit
from mentorship.models import GoalKind
from tests.factories import NOW, HelpRequestFactory, MatchFactory
from tests.matching.helpers import waiting

pytestmark = pytest.mark.django_db


def told() -> list[tuple[str, list[HelpRequest]]]:
    return [(one.sentence, one.frees) for one in whom_to_recruit(now=NOW)]


def baker(**facts) -> HelpRequest:
    return waiting(NOW, goal__target_role="Baker", goal__target_field="bread", **facts)


def test_the_mentor_who_frees_most_comes_first():
    german = waiting(NOW)
    Language.objects.filter(profile__user=german.mentee).update(code="de")
    bakers = [baker(), baker()]

    assert told() == [
        (
            "A mentor who works as Baker (bread, industry), speaks English and helps for longer with “Find a job”: "
            "frees 2 waiting requests.",
            bakers,
        ),
        (
            "A mentor who works as Data scientist (data science, industry), speaks German and helps for longer with "
            "“Find a job”: frees 1 waiting request.",
            [german],
        ),
    ]


def test_profiles_that_differ_in_the_sector_alone_read_differently():
    baker()
    baker(goal__target_sector="public")

    sentences = [sentence for sentence, _requests in told()]

    assert [re.search(r"\(.*?\)", sentence)[0] for sentence in sentences] == [
        "(bread, industry)",
        "(bread, public sector)",
    ]


def test_the_country_is_said_if_the_goal_needs_it():
    abroad = GoalKind.objects.get(code="job_abroad")
    baker(goal__kind=abroad, goal__target_country="NL", format="one_off")

    [(sentence, _requests)] = told()

    assert sentence == (
        "A mentor who works as Baker (bread, industry) in the Netherlands, speaks English and helps once with "
        "“Find a job in another country”: frees 1 waiting request."
    )


def test_requests_with_somebody_on_the_list_do_not_wait():
    served, named = waiting(NOW), waiting(NOW)
    MatchFactory(help_request=served)
    MatchFactory(help_request=named, is_named=True)
    tried = waiting(NOW)
    MatchFactory(help_request=tried, status="declined")
    HelpRequestFactory(looked_at=None)
    HelpRequestFactory(looked_at=NOW, status="withdrawn")

    assert list(requests_without_mentors()) == [named, tried]


def test_the_longest_waiting_are_judged(monkeypatch):
    monkeypatch.setattr(recruit, "WAITING_MAX", 1)
    baker()
    older = waiting(NOW, opened_at=NOW - timedelta(days=1))

    assert [requests for _sentence, requests in told()] == [[older]]


def test_nobody_is_wanted_if_nothing_waits():
    assert told() == []


@pytest.mark.parametrize("requests", [1, 3])
def test_the_number_of_queries_does_not_grow(requests, django_assert_num_queries):
    for number in range(requests):
        baker(format=("one_off", "ongoing")[number % 2])

    with django_assert_num_queries(18):
        whom_to_recruit(now=NOW)
