"""The admin's page of mentor deserts."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from matching.admin import deserts
from tests.factories import HelpRequestFactory, MentorFactory, UserFactory
from tests.helpers import log_in_with_second_factor

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(admin_client):
    def read(client=admin_client, **query: str) -> str:
        response = client.get(reverse("admin:matching_helprequest_deserts"), query)
        assert response.status_code == 200
        return response.content.decode()

    return read


def cells(text: str) -> list[list[str]]:
    text = re.sub(r'<span class="visually-hidden">.*?</span>|</?a[^>]*>', "", text)
    rows = re.findall(r"<tr role=\"row\">.*?</tr>", text, re.DOTALL)
    return [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row) for row in rows]


@pytest.fixture
def requests(db):
    """Three people look for a mentor in law, and one in bread. A baker has two places."""
    for field, country in (("law", ""), ("law", ""), ("law", ""), ("bread", "FR")):
        HelpRequestFactory(goal__target_field=field, goal__target_country=country)
    MentorFactory(career=[{"field": "bread", "role": "Baker", "country": "FR"}])


LAW = ["Find a job", "law", "any", "English", "3", "0", "0", "3"]
BREAD = ["Find a job", "bread", "France", "English", "1", "1", "2", "0"]


def test_the_worst_comes_first(page, requests):
    text = page()

    assert cells(text) == [LAW, BREAD]
    assert "2 combinations, 4 requests, 3 beyond the places." in text
    assert "All mentors together have 2 free places now." in text


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"field": "bread"}, [BREAD]),
        ({"country": "any"}, [LAW]),
        ({"country": "FR"}, [BREAD]),
        ({"language": "en"}, [LAW, BREAD]),
        ({"kind": "job_search", "field": "law"}, [LAW]),
        ({"kind": "promotion"}, []),
        ({"kind": "", "field": ""}, [LAW, BREAD]),
    ],
)
def test_a_dimension_filters(page, requests, query, expected):
    assert cells(page(**query)) == expected


@pytest.mark.parametrize("name", ["kind", "field", "country", "language", "elsewhere"])
@pytest.mark.parametrize("value", ["<b>", "9" * 5000, "٣", "any any"])
def test_odd_filters_find_nothing_or_are_ignored(page, requests, name, value):
    assert cells(page(**{name: value})) == ([LAW, BREAD] if name == "elsewhere" else [])


def test_a_chosen_filter_stays_chosen(page, requests):
    assert '<option value="bread" selected>bread</option>' in page(field="bread")


def test_the_first_rows_are_shown(page, requests, monkeypatch):
    monkeypatch.setattr(deserts, "ROWS_MAX", 1)

    text = page()

    assert cells(text) == [LAW]
    assert "2 combinations, 4 requests, 3 beyond the places. The first 1 are shown." in text


def test_a_viewer_reads_nothing_of_few_people(page, requests, client):
    log_in_with_second_factor(client, UserFactory(role="viewer"))

    text = page(client)

    assert cells(text) == [LAW]
    assert ">bread<" not in text
    assert "1 combination of fewer than 3 people is not shown to you." in text
    assert "/admin/matching/helprequest/?" not in text
    assert '/admin/matching/helprequest/"' not in text
    assert "/admin/accounts/mentorprofile/" not in text


def test_without_requests_nothing_is_missing(page):
    assert "There is no such combination." in page()
