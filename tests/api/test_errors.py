"""Errors are problem+json (RFC 9457) and tell the client what to do."""

from __future__ import annotations

import pytest
from django.db import OperationalError
from django.test import Client
from psycopg.errors import LockNotAvailable

from config.authentication import ExpensiveRateThrottle, MemberRateThrottle
from matching.api import help_requests
from tests.api.problems import COMPLETE, faults, place, problem
from tests.factories import GoalFactory, HelpRequestFactory, MatchFactory, MentorFactory, MentorshipFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]


@pytest.fixture
def goal(alice):
    return GoalFactory(mentee=alice)


def test_each_missing_part_of_a_help_request_is_named(api, alice):
    response = api(alice).post("/api/v1/help-requests/", {})

    assert faults(response) == {"goal", "format", "session_kind"}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"situation": 7}, "situation"),
        ({"ask": "nul \x00"}, "ask"),
        ({"needs": "python"}, "needs"),
        ({"needs": [1]}, "needs.0"),
        ({"format": "forever"}, "format"),
        ({"session_kind": "seance"}, "session_kind"),
        ({"session_kind": "\x00"}, "session_kind"),
        ({"accepts_paid": True, "max_rate": {}}, "max_rate.amount"),
        ({"minutes": 14}, "minutes"),
        ({"minutes": 91}, "minutes"),
        ({"languages": ["english"]}, "languages.0"),
        ({"languages": ["xx"]}, "languages.0"),
        ({"max_rate": {"amount": 10, "currency": "EUR", "per": "session"}}, "accepts_paid"),
        ({"accepts_paid": True, "max_rate": {"amount": 0, "currency": "EUR", "per": "session"}}, "max_rate.amount"),
        ({"accepts_paid": True, "max_rate": {"amount": 1, "currency": "???", "per": "day"}}, "max_rate.currency"),
        ({"goal": "not an identifier"}, "goal"),
    ],
)
def test_bad_input_names_the_field(api, alice, goal, change, field):
    response = api(alice).post("/api/v1/help-requests/", COMPLETE | {"goal": str(goal.uuid)} | change)

    assert field in faults(response)


def test_a_goal_of_somebody_else_is_refused(api, alice):
    response = api(alice).post("/api/v1/help-requests/", COMPLETE | {"goal": str(GoalFactory().uuid)})

    assert faults(response) == {"goal"}


def test_a_job_abroad_needs_a_country(api, alice):
    body = {"kind": "job_abroad", "target_role": "Engineer", "target_field": "software"}

    assert faults(api(alice).post("/api/v1/goals/", body)) == {"target_country"}


def test_read_only_fields_are_not_written(api, alice, bob, goal):
    body = COMPLETE | {"goal": str(goal.uuid), "status": "matched", "opened_at": "2020-01-01"}

    created = api(alice).post("/api/v1/help-requests/", body).json()

    assert (created["status"], created["opened_at"]) == ("draft", None)
    assert api(bob).patch("/api/v1/me/mentor/", {"status": "suspended", "paid": True}).json()["status"] == "approved"


def test_asking_an_ineligible_mentor_is_409_with_the_sentence_of_the_rule(api, alice):
    match = MatchFactory(help_request__mentee=alice, mentor=MentorFactory(status="paused"))

    response = api(alice).post(f"/api/v1/matches/{match.uuid}/ask/", {"why_you": "You have walked the same road."})

    assert "Has paused mentoring." in problem(response, 409, "mentor_not_eligible")["detail"]


def test_accepting_twice_is_409(api, bob):
    match = MatchFactory(mentor=bob.mentor, status="asked")
    path = f"/api/v1/inbox/{match.uuid}/accept/"
    assert api(bob).post(path).status_code == 201

    assert "said yes already" in problem(api(bob).post(path), 409, "already_done")["detail"]


def test_accepting_beyond_capacity_is_409(api, bob):
    bob.mentor.capacity = 1
    bob.mentor.save()
    MentorshipFactory(mentor=bob.mentor)
    match = MatchFactory(mentor=bob.mentor, status="asked")

    problem(api(bob).post(f"/api/v1/inbox/{match.uuid}/accept/"), 409, "mentor_at_capacity")


def test_changing_a_submitted_request_is_409(api, alice):
    request = HelpRequestFactory(mentee=alice)

    problem(api(alice).patch(f"/api/v1/help-requests/{request.uuid}/", {"gap": "x"}), 409, "help_request_not_a_draft")
    problem(api(alice).post(f"/api/v1/help-requests/{request.uuid}/submit/"), 409, "move_not_allowed")


def test_a_fourth_open_request_is_409(api, alice, goal):
    HelpRequestFactory.create_batch(3, mentee=alice, goal=goal)
    draft = HelpRequestFactory(mentee=alice, goal=goal, status="draft")

    problem(api(alice).post(f"/api/v1/help-requests/{draft.uuid}/submit/"), 409, "too_many_open_help_requests")


@pytest.mark.parametrize("body", [b"{", b"\xff", b"[" * 100_000, b'"text"', b"[]", b"null", b'{"goal": NaN}'])
def test_a_body_that_is_no_json_object_is_400(client, alice, body):
    client.force_login(alice)

    response = client.post("/api/v1/help-requests/", body, content_type="application/json")

    assert response.status_code == 400
    assert response["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    "body", ['{"headline": "a", "headline": "b"}', '{"languages": [{"code": "en", "code": "de"}]}']
)
def test_a_field_that_is_there_twice_is_400_and_named(client, alice, body):
    client.force_login(alice)

    response = client.patch("/api/v1/me/", body, content_type="application/json")

    detail = problem(response, 400, "parse_error")["detail"]
    assert detail in [f"The field “{name}” is there twice. Send it once." for name in ("headline", "code")]


def test_a_huge_body_is_413(client, alice):
    client.force_login(alice)

    response = client.post("/api/v1/help-requests/", b" " * 10_000_000, content_type="application/json")

    problem(response, 413, "too_large")


def test_another_media_type_is_415(client, alice):
    client.force_login(alice)

    problem(client.post("/api/v1/goals/", {"kind": "promotion"}), 415, "unsupported_media_type")


def test_an_unknown_address_is_404_as_json_under_api_and_as_a_page_elsewhere():
    problem(Client().get("/api/v1/nothing/"), 404, "not_found")
    assert Client().get("/nothing/")["Content-Type"].startswith("text/html")


@pytest.mark.parametrize(
    "query",
    [
        "status=lost",
        "status=",
        "cursor=x",
        "cursor=cD1hYmM=",
        "cursor=cD0lMDA=",
        "cursor=",
        "page_size=0",
        "page_size=-1",
        "page_size=many",
        "statu=open",
        "Status=open",
        "status__in=open",
        "mentee=7",
        "search=law",
    ],
)
def test_an_invalid_query_parameter_is_refused(api, alice, query):
    HelpRequestFactory(mentee=alice)
    response = api(alice).get(f"/api/v1/help-requests/?{query}")

    if query == "cursor=":
        assert response.status_code == 200  # the first page
    else:
        assert faults(response) == {query.split("=")[0]}


@pytest.mark.parametrize(
    ("path", "query", "name"),
    [
        ("help-requests", "status=open&status=draft", "status"),
        ("help-requests", "status=open&status=open", "status"),
        ("help-requests", "page_size=1&page_size=2", "page_size"),
        ("help-requests", "cursor=&cursor=", "cursor"),
        ("goals", "page_size=1&page_size=2", "page_size"),
        ("mentors", "paid=true&paid=false", "paid"),
        ("mentors", "language=en&language=de", "language"),
        ("mentors", "goal_kind=promotion&goal_kind=job_abroad", "goal_kind"),
        ("mentors", "search=law&search=", "search"),
        ("matches", "help_request__uuid=&help_request__uuid=", "help_request__uuid"),
    ],
)
def test_a_parameter_that_is_given_twice_is_refused(api, alice, path, query, name):
    response = api(alice).get(f"/api/v1/{path}/?{query}")

    [fault] = problem(response, 400, "invalid")["errors"]
    assert (place(fault), fault["detail"]) == (name, "Give it once: only one value counts.")


def test_a_list_takes_the_format_that_it_has(api, alice):
    assert api(alice).get("/api/v1/goals/?format=json").status_code == 200


@pytest.mark.parametrize("query", ["paid=2", "paid=yes", "free=1", "free=on", "free=null", "paid="])
def test_a_switch_of_a_filter_is_true_or_false(api, alice, query):
    assert faults(api(alice).get(f"/api/v1/mentors/?{query}")) == {query.split("=")[0]}


@pytest.mark.parametrize("path", ["mentors", "skills"])
def test_a_search_of_thousands_of_words_is_refused(api, alice, path):
    response = api(alice).get(f"/api/v1/{path}/", {"search": "a " * 3900})

    [fault] = problem(response, 400, "invalid")["errors"]
    assert (place(fault), fault["detail"]) == ("search", "The search is too long. Write at most 200 characters.")


def test_a_filter_by_an_invalid_identifier_is_refused(api, alice):
    assert faults(api(alice).get("/api/v1/matches/?help_request__uuid=1")) == {"help_request__uuid"}


def test_a_request_of_a_mentee_without_a_language_is_refused(api, alice):
    draft = HelpRequestFactory(mentee=alice, status="draft")
    alice.profile.languages.all().delete()

    response = api(alice).post(f"/api/v1/help-requests/{draft.uuid}/submit/")

    assert "which languages you speak" in problem(response, 409, "help_request_incomplete")["detail"]


def test_a_held_lock_is_503_and_says_try_again(api, alice, monkeypatch):
    def busy(**kwargs):
        raise OperationalError from LockNotAvailable()

    monkeypatch.setattr(help_requests, "submit_help_request", busy)
    draft = HelpRequestFactory(mentee=alice, status="draft")
    client = api(alice)
    client.raise_request_exception = False

    problem(client.post(f"/api/v1/help-requests/{draft.uuid}/submit/"), 503, "busy")


def test_an_unknown_address_is_json_under_debug_as_well(client, settings):
    settings.DEBUG = True

    problem(client.get("/api/v1/nothing/"), 404, "not_found")


@pytest.mark.parametrize("text", ["🦉" * 100, "مرحبا بالعالم", "e\u0301 é", "a" * 3000, "<script>alert(1)</script>"])
def test_text_in_any_script_is_stored_as_it_is(api, alice, goal, text):
    response = api(alice).post("/api/v1/help-requests/", COMPLETE | {"goal": str(goal.uuid), "situation": text})

    assert response.json()["situation"] == text


def test_a_lone_surrogate_is_refused(client, alice, goal):
    client.force_login(alice)
    body = b'{"kind": "promotion", "target_role": "\\ud800", "target_field": "x"}'

    assert client.post("/api/v1/goals/", body, content_type="application/json").status_code == 400


def test_a_member_over_the_rate_limit_is_429_with_a_time_to_wait(api, alice, monkeypatch):
    monkeypatch.setattr(MemberRateThrottle, "THROTTLE_RATES", {"user": "2/min"})
    client = api(alice)
    answers = [client.get("/api/v1/goals/") for _ in range(3)]

    problem(answers[2], 429, "throttled")
    assert int(answers[2]["Retry-After"]) > 0


def test_expensive_counts_have_a_lower_limit_of_their_own(api, monkeypatch):
    monkeypatch.setattr(ExpensiveRateThrottle, "THROTTLE_RATES", {"expensive": "2/min"})
    mentor = MentorFactory()
    help_request = HelpRequestFactory(mentee=mentor.user)
    client = api(mentor.user)
    paths = ("me/mentor/openings/", f"help-requests/{help_request.uuid}/chances/", "me/mentor/openings/")
    answers = [client.get(f"/api/v1/{path}") for path in paths]

    problem(answers[2], 429, "throttled")
    assert client.get("/api/v1/help-requests/").status_code == 200
