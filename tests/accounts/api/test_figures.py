"""Figures in the API."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.utils import timezone

from accounts.figures.store import count_slow_figures
from tests.api.problems import faults
from tests.factories import UserFactory
from tests.hand_counted import Community

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

FIGURES = "/api/v1/figures/"


def test_figures_have_their_definition_and_numbers(api):
    admin = Community(timezone.now()).admin
    count_slow_figures(now=timezone.now())

    found = {figure["code"]: figure for figure in api(admin).get(FIGURES, {"period": "90d"}).json()}

    answers = found["answers"]
    assert (answers["group"], answers["title"]) == ("Requests", "Answer rate of mentors")
    assert answers["definition"].startswith("Questions to mentors that ended in the period")
    assert (answers["n"], answers["n_of"]) == (3, "questions")
    assert answers["numbers"][0] == {
        "code": "share",
        "label": "answered",
        "unit": "share",
        "number": 0.67,
        "list_url": "",
    }
    assert [number["code"] for number in answers["numbers"]] == ["share", "yes", "no", "none"]
    assert answers["since_at"] is not None
    assert found["running"]["since_at"] is None
    assert sum(found["newcomers"]["trend"]) == 7
    assert found["recruits"]["lines"][0]["text"].startswith("A mentor who works as Lawyer")


def test_figures_lead_to_their_lists(api):
    admin = Community(timezone.now()).admin
    count_slow_figures(now=timezone.now())

    def lists(user) -> dict[str, list[str]]:
        figures = api(user).get(FIGURES, {"period": "30d"}).json()
        return {one["code"]: [part["list_url"] for part in (one, *one["numbers"], *one["lines"])] for one in figures}

    found = lists(admin)
    matches = f"{settings.SITE_URL}/admin/matching/match/"
    assert found["answers"][:3] == [f"{matches}?answer=any&ended=30d", "", f"{matches}?answer=yes&ended=30d"]
    assert all(address.startswith(f"{settings.SITE_URL}/admin/") for address in found["recruits"])
    assert {address for addresses in lists(UserFactory(role="viewer")).values() for address in addresses} == {""}


def test_the_period_is_that_of_the_home_unless_it_is_said(api):
    admin = Community(timezone.now()).admin

    def newcomers(**query: str) -> int:
        [found] = [one for one in api(admin).get(FIGURES, query).json() if one["code"] == "newcomers"]
        return found["n"]

    assert (newcomers(), newcomers(period="90d"), newcomers(period="all")) == (7, 7, 11)


@pytest.mark.parametrize("query", [{"period": "7d"}, {"period": ""}, {"perod": "30d"}])
def test_an_unknown_period_is_refused(api, admin_user, query):
    [name] = query

    assert name in faults(api(admin_user).get(FIGURES, query))


def test_a_viewer_reads_figures_that_describe_nobody(api, admin_user):
    count_slow_figures(now=timezone.now())

    def codes(role: str) -> set[str]:
        return {figure["code"] for figure in api(UserFactory(role=role)).get(FIGURES).json()}

    assert codes("matchmaker") - codes("viewer") == {"recruits"}
