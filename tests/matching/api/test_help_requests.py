"""Help requests in the API: another mentor, and the place in the queue."""

from __future__ import annotations

from datetime import timedelta

import pytest

from matching.models import HelpRequest
from tests.factories import GoalFactory, HelpRequestFactory
from tests.matching.helpers import good_mentor, waiting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]


def test_changing_the_mentor_answers_with_the_new_request(api, alice, matched):
    answer = api(alice).post(f"/api/v1/help-requests/{matched.uuid}/change-mentor/", {"reason": "not_a_fit"})

    assert (answer.status_code, answer.json()["status"]) == (201, "open")
    assert answer.json()["ask"] == matched.ask


@pytest.mark.parametrize("status", sorted(set(HelpRequest.Status) - {"matched"}))
def test_changing_the_mentor_without_a_mentorship_is_409(status, api, alice):
    request = HelpRequestFactory(mentee=alice, status=status)

    answer = api(alice).post(f"/api/v1/help-requests/{request.uuid}/change-mentor/", {"reason": "other"})

    assert (answer.status_code, answer.json()["code"]) == (409, "help_request_not_matched")


def test_a_waiting_request_has_its_place_time_and_advice(api, alice, now):
    waiting(now - timedelta(days=1))
    request = waiting(now, mentee=alice)

    answer = api(alice).get(f"/api/v1/help-requests/{request.uuid}/").json()

    assert (answer["queue_place"], answer["queued_at"]) == (2, "2026-11-23T12:00:00Z")
    assert answer["obstacle"] == {
        "rule": "format_not_offered",
        "sentence": "Does not offer this format.",
        "advice": "Try the other format: one session instead of an ongoing mentorship, or the other way round.",
    }


def test_a_request_outside_the_queue_has_neither_place_nor_obstacle(api, alice):
    request = HelpRequestFactory(mentee=alice)

    answer = api(alice).get(f"/api/v1/help-requests/{request.uuid}/").json()

    assert (answer["queue_place"], answer["queued_at"], answer["obstacle"]) == (None, None, None)


@pytest.mark.parametrize("rows", [1, 3])
def test_places_in_the_queue_need_no_extra_queries(rows, api, alice, now, django_assert_num_queries):
    for _ in range(rows):
        waiting(now, mentee=alice)

    with django_assert_num_queries(1):
        assert api(alice).get("/api/v1/help-requests/").status_code == 200


def test_a_correction_answers_with_the_request_and_its_concreteness(api, alice):
    request = HelpRequestFactory(mentee=alice)
    ask = "Read my CV against one advert with me in 30 minutes, and mark what a recruiter would not understand."

    answer = api(alice).post(f"/api/v1/help-requests/{request.uuid}/correct/", {"ask": ask})

    assert (answer.status_code, answer.json()["ask"], answer.json()["status"]) == (200, ask, "open")
    assert answer.json()["concreteness"]["verdict"] in ("clear", "nearly")


def test_a_correction_of_the_format_is_409(api, alice):
    request = HelpRequestFactory(mentee=alice, format="ongoing")

    answer = api(alice).post(f"/api/v1/help-requests/{request.uuid}/correct/", {"format": "one_off"})

    assert (answer.status_code, answer.json()["code"]) == (409, "another_question")


def test_half_a_draft_is_stored(api, alice):
    goal = GoalFactory(mentee=alice)
    body = {"goal": str(goal.uuid), "session_kind": "cv_review", "format": "one_off", "situation": "I am a postdoc."}

    answer = api(alice).post("/api/v1/help-requests/", body)

    assert (answer.status_code, answer.json()["status"], answer.json()["ask"]) == (201, "draft", "")


def test_the_chances_of_a_request_are_counted(api, alice):
    request = HelpRequestFactory(mentee=alice)
    good_mentor(formats=["one_off"])

    answer = api(alice).get(f"/api/v1/help-requests/{request.uuid}/chances/")

    assert (answer.status_code, answer.json()) == (
        200,
        {
            "now": 0,
            "changes": [
                {
                    "kind": "format",
                    "change": "Ask for help once instead of for longer",
                    "more": 1,
                    "fewer": 0,
                    "place": "new_request",
                }
            ],
        },
    )


def test_a_request_that_is_over_has_no_chances(api, alice):
    request = HelpRequestFactory(mentee=alice, status="withdrawn")

    answer = api(alice).get(f"/api/v1/help-requests/{request.uuid}/chances/")

    assert (answer.status_code, answer.json()["code"]) == (409, "help_request_not_open")
