"""A person's own profile, offer and goals, by API."""

from __future__ import annotations

import pytest

from tests.factories import HelpRequestFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

STEP = {
    "role": "Postdoc",
    "field": "physics",
    "sector": "academia",
    "country": "CH",
    "level": "mid",
    "start_year": 2016,
    "end_year": None,
}


def test_a_profile_is_read_as_it_was_written(api, alice):
    said = {
        "name": "Alice A.",
        "headline": "Physicist",
        "timezone": "Asia/Kathmandu",
        "languages": [{"code": "ne", "level": "native"}, {"code": "en", "level": "working"}],
        "career": [STEP],
        "skills": ["ROOT", "C++"],
        "availability": [{"weekday": 7, "start": "20:15", "end": "24:00"}],
    }

    assert api(alice).patch("/api/v1/me/", said).status_code == 200

    answer = api(alice).get("/api/v1/me/").json()
    assert {name: answer[name] for name in said} == said


def test_a_list_replaces_the_old_one_and_other_fields_stay(api, alice):
    api(alice).patch("/api/v1/me/", {"career": [STEP, STEP | {"start_year": 2019}], "bio": "Text"})

    answer = api(alice).patch("/api/v1/me/", {"career": [STEP]}).json()

    assert (len(answer["career"]), answer["bio"]) == (1, "Text")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"timezone": "Berlin"}, "timezone"),
        ({"languages": [{"code": "en", "level": "native"}] * 2}, "languages"),
        ({"languages": [{"code": "zz", "level": "native"}]}, "languages.0.code"),
        ({"career": [STEP | {"end_year": 2015}]}, "career.0.end_year"),
        ({"career": [STEP | {"country": "Germany"}]}, "career.0.country"),
        ({"career": [STEP] * 31}, "career"),
        ({"availability": [{"weekday": 1, "start": "18:00", "end": "17:00"}]}, "availability.0.end"),
        ({"availability": [{"weekday": 8, "start": "18:00", "end": "19:00"}]}, "availability.0.weekday"),
        ({"availability": [{"weekday": 1, "start": "6pm", "end": "19:00"}]}, "availability.0.start"),
        ({"availability": [{"weekday": 1, "start": "18:00", "end": "19:00"}] * 2}, "availability"),
        ({"skills": ["x" * 81]}, "skills.0"),
        ({"name": ""}, "name"),
        ({"career": [{}]}, "career.0.role"),
        ({"languages": [{"code": "de"}]}, "languages.0.level"),
        ({"availability": [{"weekday": 1}]}, "availability.0.start"),
    ],
)
def test_a_fault_is_named_and_nothing_changes(api, alice, change, field):
    before = api(alice).get("/api/v1/me/").json()

    response = api(alice).patch("/api/v1/me/", change)

    assert response.status_code == 400
    assert field in {error.get("field") for error in response.json()["errors"]}
    assert api(alice).get("/api/v1/me/").json() == before


def test_an_offer_is_read_as_it_was_written(api, bob):
    offer = {
        "motivation": "Somebody helped me.",
        "teaches": ["statistics"],
        "formats": ["one_off"],
        "capacity": 3,
        "goals": ["promotion", "job_search"],
        "session_kinds": ["mock_interview"],
        "rate": {"amount": "40.00", "currency": "EUR", "per": "session"},
    }

    api(bob).patch("/api/v1/me/mentor/", offer)

    answer = api(bob).get("/api/v1/me/mentor/").json()
    assert {name: sorted(answer[name]) if name == "goals" else answer[name] for name in offer} == offer | {
        "goals": ["job_search", "promotion"]
    }
    assert answer["paid"] is True
    assert api(bob).patch("/api/v1/me/mentor/", {"rate": None}).json()["paid"] is False


def test_a_member_who_is_no_mentor_has_no_mentor_profile(api, alice):
    assert api(alice).get("/api/v1/me/mentor/").status_code == 404


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"rate": {}}, "rate.amount"),
        ({"rate": {"amount": 5}}, "rate.currency"),
        ({"goals": ["\x00"]}, "goals"),
        ({"goals": ["fame"]}, "goals"),
        ({"goals": {}}, "goals"),
        ({"capacity": 0}, "capacity"),
        ({"formats": ["forever"]}, "formats.0"),
    ],
)
def test_a_fault_in_an_offer_is_named(api, bob, change, field):
    response = api(bob).patch("/api/v1/me/mentor/", change)

    assert response.status_code == 400
    assert field in {error["field"] for error in response.json()["errors"]}


def test_a_goal_that_mentors_have_read_changes_its_date_only(api, alice):
    request = HelpRequestFactory(mentee=alice, status="draft")
    path = f"/api/v1/goals/{request.goal.uuid}/"
    assert api(alice).patch(path, {"target_role": "Analyst"}).status_code == 200
    api(alice).post(f"/api/v1/help-requests/{request.uuid}/submit/")

    assert api(alice).patch(path, {"target_role": "Data engineer"}).json()["code"] == "goal_settled"
    assert api(alice).patch(path, {"by": "2027-05-01"}).json()["target_role"] == "Analyst"
