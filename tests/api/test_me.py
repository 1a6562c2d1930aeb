"""A person's own profile, offer and goals, by API."""

from __future__ import annotations

import pytest

from accounts.models import Profile
from matching.services.draft import DRAFTS_MAX
from mentorship.services.goals import ACTIVE_GOALS_MAX
from tests.api.problems import place
from tests.factories import GoalFactory, HelpRequestFactory, MentorFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

STEP = {
    "role": "Postdoc",
    "field": "physics",
    "sector": "academia",
    "country": "CH",
    "level": "mid",
    "start_year": 2016,
    "end_year": None,
    "hires": True,
    "employer_size": "1001-10000",
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


def test_a_position_states_neither_hiring_nor_size_by_default(api, alice):
    step = {name: value for name, value in STEP.items() if name not in ("hires", "employer_size")}

    [answer] = api(alice).patch("/api/v1/me/", {"career": [step]}).json()["career"]

    assert answer == step | {"hires": False, "employer_size": ""}


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
        ({"career": [STEP | {"hires": "yes"}]}, "career.0.hires"),
        ({"career": [STEP | {"employer_size": "huge"}]}, "career.0.employer_size"),
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
    assert field in {place(error) for error in response.json()["errors"]}
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
    assert field in {place(error) for error in response.json()["errors"]}


def test_a_goal_that_mentors_have_read_changes_its_date_only(api, alice):
    request = HelpRequestFactory(mentee=alice, status="draft")
    path = f"/api/v1/goals/{request.goal.uuid}/"
    assert api(alice).patch(path, {"target_role": "Analyst"}).status_code == 200
    api(alice).post(f"/api/v1/help-requests/{request.uuid}/submit/")

    assert api(alice).patch(path, {"target_role": "Data engineer"}).json()["code"] == "goal_settled"
    assert api(alice).patch(path, {"by": "2027-05-01"}).json()["target_role"] == "Analyst"


@pytest.mark.parametrize("name", ["evil.example/login", "Anna\nBcc: all@example.org", "=?utf-8?q?x?= Anna", "..."])
def test_a_bad_name_is_refused(api, alice, name):
    assert api(alice).patch("/api/v1/me/", {"name": name}).status_code == 400


def test_a_name_is_answered_with_plain_spaces(api, alice):
    assert api(alice).patch("/api/v1/me/", {"name": "Jean\u00a0Pierre"}).json()["name"] == "Jean Pierre"


@pytest.mark.parametrize("body", [{"is_mentee": "yes"}, {"is_mentee": 1}, {"career": [STEP | {"start_year": 2016.0}]}])
def test_switches_and_numbers_are_read_strictly(api, alice, body):
    assert api(alice).patch("/api/v1/me/", body).status_code == 400


def test_a_stored_zone_that_is_unknown_here_is_no_error(api, alice):
    Profile.objects.filter(user=alice).update(timezone="Mars/Olympus")
    client = api(alice)

    assert client.get("/api/v1/me/").status_code == 200
    assert client.post("/api/v1/goals/", GOAL | {"by": "2099-01-01"}).status_code == 201


GOAL = {"kind": "promotion", "target_role": "Lead", "target_field": "data science"}


def test_a_goal_dated_in_the_past_is_refused(api, alice):
    answer = api(alice).post("/api/v1/goals/", GOAL | {"by": "1999-01-01"})

    assert answer.status_code == 400
    assert place(answer.json()["errors"][0]) == "by"


def test_a_date_that_has_passed_since_may_be_sent_back(api, alice):
    goal = GoalFactory(mentee=alice, by_on="2020-01-31")
    url = f"/api/v1/goals/{goal.uuid}/"

    assert api(alice).patch(url, {"by": "2020-01-31", "target_role": "Head"}).status_code == 200
    assert api(alice).patch(url, {"by": "2020-02-01"}).status_code == 400


def test_a_monthly_rate_in_dong_is_stored(api, alice):
    MentorFactory(user=alice)
    rate = {"amount": "12000000.00", "currency": "VND", "per": "month"}

    assert api(alice).patch("/api/v1/me/mentor/", {"rate": rate}).json()["rate"] == rate


@pytest.mark.parametrize("currency", ["DEM", "XTS"])
def test_a_rate_in_a_currency_that_nobody_pays_with_is_refused(api, alice, currency):
    MentorFactory(user=alice)

    rate = {"amount": "50.00", "currency": currency, "per": "month"}
    assert api(alice).patch("/api/v1/me/mentor/", {"rate": rate}).status_code == 400


def test_goals_have_a_limit(api, alice):
    client = api(alice)
    goals = [GOAL | {"target_role": f"Role {number}"} for number in range(ACTIVE_GOALS_MAX + 1)]
    statuses = [client.post("/api/v1/goals/", goal).status_code for goal in goals]
    dropped = GoalFactory(mentee=alice, status="dropped", ended_at=alice.joined_at)

    refused = client.post(f"/api/v1/goals/{dropped.uuid}/take-up/")

    assert statuses == [201] * ACTIVE_GOALS_MAX + [409]
    assert (refused.status_code, refused.json()["code"]) == (409, "too_many_goals")
    assert alice.goals.filter(status="active").count() == ACTIVE_GOALS_MAX


def test_drafts_have_a_limit(api, alice):
    earlier = HelpRequestFactory(mentee=alice, status="withdrawn")
    for _ in range(DRAFTS_MAX):
        HelpRequestFactory(mentee=alice, goal=earlier.goal, status="draft")

    again = api(alice).post(f"/api/v1/help-requests/{earlier.uuid}/ask-again/")

    assert (again.status_code, again.json()["code"]) == (409, "too_many_drafts")
    assert alice.help_requests.filter(status="draft").count() == DRAFTS_MAX


@pytest.mark.parametrize(
    "path", ["/api/v1/me/", "/api/v1/goals/", "/api/v1/nothing/", "/_allauth/app/v1/auth/session", "/"]
)
def test_no_cache_keeps_an_answer(api, alice, path):
    assert {"private", "no-store"} <= set(api(alice).get(path)["Cache-Control"].split(", "))


def test_first_steps_are_read_in_order(api, alice):
    GoalFactory(mentee=alice)

    steps = api(alice).get("/api/v1/me/steps/").json()

    assert [(step["code"], step["is_done"]) for step in steps][:6] == [
        ("about", False),
        ("career", False),
        ("languages", True),
        ("week", False),
        ("skills", False),
        ("goal", True),
    ]
    assert steps[0]["url"] == "/profile/about/"


def test_a_resume_is_read_into_parts_of_a_profile_and_not_stored(api, alice):
    resume = {"basics": {"label": "Physicist"}, "languages": [{"language": "German", "fluency": "C1"}]}

    answer = api(alice).post("/api/v1/me/resume/", {"resume": resume})

    assert answer.json() == {
        "headline": "Physicist",
        "bio": "",
        "employer": "",
        "career": [],
        "languages": [{"code": "de", "level": "fluent"}],
        "skills": [],
    }
    assert api(alice).get("/api/v1/me/").json()["headline"] == ""


@pytest.mark.parametrize("resume", [[], {}, "Physicist", 7, {"a": 1}])
def test_json_that_is_no_resume_is_400(resume, api, alice):
    answer = api(alice).post("/api/v1/me/resume/", {"resume": resume})

    assert answer.status_code == 400
    assert place(answer.json()["errors"][0]) == "resume"


def test_a_mentor_says_how_many_people_they_mentor_elsewhere(api, bob):
    answer = api(bob).patch("/api/v1/me/mentor/", {"active_elsewhere": 1})

    assert (answer.json()["active_elsewhere"], answer.json()["free_capacity"]) == (1, 1)
    assert api(bob).patch("/api/v1/me/mentor/", {"active_elsewhere": 101}).status_code == 400
