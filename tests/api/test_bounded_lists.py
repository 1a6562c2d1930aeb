"""Each list of a body is judged by its length before its elements, and reports ten faults at most."""

from __future__ import annotations

from itertools import product

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.api.bodies import address_of, nested, parts, writes
from tests.api.problems import place, problem

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

LISTS = [
    (method, path, names, part)
    for method, path, body in writes()
    if body
    for names, part in parts(body)
    if part.get("type") == "array"
]


def test_the_lists_of_all_bodies_are_found():
    found = {(path, names[-1]) for _, path, names, _ in LISTS}

    assert found >= {
        ("/api/v1/me/", "languages"),
        ("/api/v1/me/", "career"),
        ("/api/v1/me/", "skills"),
        ("/api/v1/me/mentor/", "goals"),
        ("/api/v1/me/notifications/", "groups"),
        ("/api/v1/help-requests/preview/", "needs"),
    }


def test_a_list_says_how_long_it_may_be(subtests):
    for method, path, names, part in LISTS:
        with subtests.test(method=method, path=path, names=".".join(names)):
            assert part["maxItems"] <= 100


def test_a_list_of_100_000_elements_is_refused_at_once(api, bob, django_assert_max_num_queries, subtests):
    for element, (method, path, names, _) in product([1, "en", {}], LISTS):
        with subtests.test(method=method, path=path, names=".".join(names), element=element):
            bob.give_role("owner")
            client, address = api(bob), address_of(path, bob)
            body = nested(names, [element] * 100_000)

            with django_assert_max_num_queries(12):
                response = getattr(client, method)(address, body)

            found = problem(response, 400, "invalid")["errors"]
            [fault] = [error for error in found if place(error).startswith(".".join(names))]
            assert "100,000" in fault["detail"]
            assert len(response.content) < 5000


def test_a_list_reports_ten_faults_at_most(api, bob, subtests):
    for method, path, names, part in LISTS:
        with subtests.test(method=method, path=path, names=".".join(names)):
            bob.give_role("owner")
            body = nested(names, [7] * part["maxItems"])

            response = getattr(api(bob), method)(address_of(path, bob), body)

            found = [error for error in response.json()["errors"] if place(error).startswith(".".join(names))]
            assert 1 <= len(found) <= 10


@pytest.mark.parametrize("codes", [["promotion"], ["promotion", "job_search", "promotion"], ["no such kind"] * 100])
def test_codes_are_found_with_one_query(codes, api, bob):
    with CaptureQueriesContext(connection) as done:
        api(bob).patch("/api/v1/me/mentor/", {"goals": codes})

    assert len([query for query in done if '"mentorship_goalkind"."code" IN' in query["sql"]]) == 1
    assert not [query for query in done if '"mentorship_goalkind"."code" =' in query["sql"]]


def test_each_unknown_code_is_named_once(api, bob):
    codes = ["fame", "promotion", "fortune", "fame"]

    response = api(bob).patch("/api/v1/me/mentor/", {"goals": codes})

    details = [error["detail"] for error in problem(response, 400, "invalid")["errors"]]
    assert len(details) == 2
    assert "fame" in details[0]
    assert "fortune" in details[1]


def test_a_long_value_is_cut_in_the_answer(api, bob):
    response = api(bob).patch("/api/v1/me/mentor/", {"formats": ["x" * 900_000], "goals": ["y" * 50_000]})

    assert response.status_code == 400
    assert len(response.content) < 5000
