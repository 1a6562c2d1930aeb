"""Every counted answer tells what is left of the rate limits."""

from __future__ import annotations

import re

import pytest

from config.authentication import ExpensiveRateThrottle, MemberRateThrottle
from tests.api.problems import problem
from tests.factories import MentorFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def low(monkeypatch):
    monkeypatch.setattr(MemberRateThrottle, "THROTTLE_RATES", {"user": "3/min"})
    monkeypatch.setattr(ExpensiveRateThrottle, "THROTTLE_RATES", {"expensive": "1/min"})


@pytest.mark.usefixtures("low")
def test_the_quota_is_counted_down(api, alice):
    answers = [api(alice).get("/api/v1/goals/") for _ in range(4)]

    assert {answer["RateLimit-Policy"] for answer in answers} == {'"user";q=3;w=60'}
    left = [re.fullmatch(r'"user";r=(\d+);t=\d+', answer["RateLimit"])[1] for answer in answers]
    assert left == ["2", "1", "0", "0"]
    problem(answers[3], 429, "throttled")
    assert 0 < int(answers[3]["Retry-After"]) <= 60


@pytest.mark.usefixtures("low")
def test_a_visitor_is_told_as_well(api):
    assert api().get("/api/v1/rules/", REMOTE_ADDR="203.0.113.7")["RateLimit"].startswith('"user";r=2;')


@pytest.mark.usefixtures("low")
def test_each_limit_that_counts_is_told(api):
    client = api(MentorFactory().user)
    client.get("/api/v1/me/mentor/openings/")

    over = client.get("/api/v1/me/mentor/openings/")

    problem(over, 429, "throttled")
    assert over["RateLimit-Policy"] == '"user";q=3;w=60, "expensive";q=1;w=60'
    assert re.fullmatch(r'"user";r=1;t=\d+, "expensive";r=0;t=\d+', over["RateLimit"])
    assert int(over["Retry-After"]) > 0


@pytest.mark.usefixtures("low")
def test_a_request_without_a_login_is_not_counted(api):
    assert not api().get("/api/v1/goals/").has_header("RateLimit")
