"""Moves of help requests and matches by API: bodies and answers."""

from __future__ import annotations

import pytest

from matching.models import HelpRequest
from mentorship.models import Mentorship
from tests.api.problems import COMPLETE, faults, problem
from tests.factories import GoalFactory, HelpRequestFactory, MatchFactory
from tests.moves import WHY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

VAGUE = COMPLETE | {"situation": "Hi.", "gap": "Stuck.", "ask": "Be my mentor please."}


@pytest.fixture
def goal(alice):
    return GoalFactory(mentee=alice)


@pytest.mark.parametrize(("body", "verdict"), [(VAGUE, "vague"), (COMPLETE, "nearly")])
def test_a_preview_says_how_concrete_the_request_is(body, verdict, api, alice, goal):
    response = api(alice).post("/api/v1/help-requests/preview/", body | {"goal": str(goal.uuid)})

    found = response.json()["concreteness"]
    assert found["verdict"] == verdict
    assert found["missing"]
    assert all(part.keys() == {"part", "problem", "better"} for part in found["missing"])
    assert not HelpRequest.objects.exists()


def test_the_sentences_of_a_preview_are_in_the_language_of_the_request(api, alice, goal):
    german = {"situation": "Ich bin Lehrerin.", "gap": "Ich weiß nicht weiter.", "ask": "Bitte helfen Sie mir."}
    preview = api(alice).post("/api/v1/help-requests/preview/", COMPLETE | german | {"goal": str(goal.uuid)})

    found = preview.json()["concreteness"]
    assert found["language"] == "de"
    assert "Ein Mentor kann noch nicht erkennen, wo du stehst." in [part["problem"] for part in found["missing"]]


def test_a_vague_request_is_409_with_the_missing_parts_and_better_sentences(api, alice, goal):
    draft = api(alice).post("/api/v1/help-requests/", VAGUE | {"goal": str(goal.uuid)}).json()

    body = problem(api(alice).post(f"/api/v1/help-requests/{draft['uuid']}/submit/"), 409, "help_request_too_vague")

    assert [part["part"] for part in body["missing"]] == ["situation", "gap", "ask", "by_when"]
    assert all(part["problem"] and part["better"] for part in body["missing"])


def test_a_nearly_concrete_request_is_opened_with_a_hint(api, alice, goal):
    draft = HelpRequestFactory(mentee=alice, goal=goal, status="draft")

    body = api(alice).post(f"/api/v1/help-requests/{draft.uuid}/submit/").json()

    assert (body["status"], body["whose_turn"]) == ("open", "community")
    assert body["concreteness"]["verdict"] == "nearly"
    assert [part["part"] for part in body["concreteness"]["missing"]] == ["by_when"]


def test_a_submission_takes_a_constant_number_of_queries(api, alice, goal, django_assert_num_queries):
    draft = HelpRequestFactory(mentee=alice, goal=goal, status="draft")

    with django_assert_num_queries(14):
        assert api(alice).post(f"/api/v1/help-requests/{draft.uuid}/submit/").status_code == 200


@pytest.mark.parametrize("earlier", [0, 2])
def test_a_question_takes_a_constant_number_of_queries(earlier, api, alice, django_assert_num_queries):
    MatchFactory.create_batch(earlier, help_request__mentee=alice, status="asked")
    match = MatchFactory(help_request__mentee=alice)

    with django_assert_num_queries(25):
        answer = api(alice).post(f"/api/v1/matches/{match.uuid}/ask/", {"why_you": WHY})
        assert answer.status_code == 200


@pytest.mark.parametrize("proposals", [1, 4])
def test_an_acceptance_takes_a_constant_number_of_queries(proposals, api, bob, django_assert_num_queries):
    match = MatchFactory(mentor=bob.mentor, status="asked")
    MatchFactory.create_batch(proposals, help_request=match.help_request)

    with django_assert_num_queries(36):
        assert api(bob).post(f"/api/v1/inbox/{match.uuid}/accept/").status_code == 201


def test_a_draft_is_deleted_and_a_submitted_request_is_not(api, alice):
    draft, submitted = HelpRequestFactory(mentee=alice, status="draft"), HelpRequestFactory(mentee=alice)

    assert api(alice).delete(f"/api/v1/help-requests/{draft.uuid}/").status_code == 204
    problem(api(alice).delete(f"/api/v1/help-requests/{submitted.uuid}/"), 409, "help_request_not_a_draft")

    assert HelpRequest.objects.get() == submitted


def test_a_request_is_withdrawn_and_asked_again_as_a_draft(api, alice):
    request = HelpRequestFactory(mentee=alice)
    path = f"/api/v1/help-requests/{request.uuid}"
    problem(api(alice).post(f"{path}/ask-again/"), 409, "help_request_not_over")

    assert api(alice).post(f"{path}/withdraw/").json()["status"] == "withdrawn"
    again = api(alice).post(f"{path}/ask-again/")

    assert again.status_code == 201
    assert (again.json()["status"], again.json()["ask"]) == ("draft", request.ask)
    assert again.json()["uuid"] != str(request.uuid)


def test_the_same_reason_to_two_mentors_is_409(api, alice):
    MatchFactory(help_request__mentee=alice, status="asked", why_you="You left physics for industry yourself.")
    match = MatchFactory(help_request__mentee=alice)
    body = {"why_you": "you left physics for industry yourself"}

    problem(api(alice).post(f"/api/v1/matches/{match.uuid}/ask/", body), 409, "why_you_copied")


def test_an_offer_is_read_and_accepted_by_the_mentee(api, alice):
    match = MatchFactory(help_request__mentee=alice, status="offered")
    [shown] = api(alice).get("/api/v1/matches/").json()["results"]
    assert (shown["offer_note"], shown["whose_turn"]) == (match.offer_note, "mentee")
    assert shown["answer_due_at"]

    response = api(alice).post(f"/api/v1/matches/{match.uuid}/accept/")

    assert response.status_code == 201
    assert str(Mentorship.objects.get().uuid) == response.json()["uuid"]


def test_a_mentor_withdraws_an_offer_and_still_reads_it(api, bob):
    match = MatchFactory(mentor=bob.mentor, status="offered")
    path = f"/api/v1/inbox/{match.uuid}/"
    assert api(bob).get(path).json()["whose_turn"] == "mentee"

    assert api(bob).post(f"{path}withdraw/").json()["status"] == "withdrawn"

    assert api(bob).get(path).json()["whose_turn"] is None


def test_a_dismissal_takes_a_reason_from_the_list(api, alice):
    match = MatchFactory(help_request__mentee=alice)
    path = f"/api/v1/matches/{match.uuid}/dismiss/"

    assert faults(api(alice).post(path, {"reason": "spite"})) == {"reason"}
    assert api(alice).post(path, {"reason": "too_far"}).json()["dismiss_reason"] == "too_far"


def test_a_mentor_declines_and_pauses_by_api(api, bob):
    match = MatchFactory(mentor=bob.mentor, status="asked")
    path, no = f"/api/v1/inbox/{match.uuid}/decline/", {"reason": "no_time"}
    day = {"pause_until_on": "2126-12-24"}
    assert faults(api(bob).post(path, no | day | {"pause": False})) == {"pause"}
    problem(api(bob).post(path, no | {"pause": True, "pause_until_on": "2020-01-01"}), 409, "pause_already_over")

    # A day means a pause, as on the page.
    assert api(bob).post(path, no | day).json()["status"] == "declined"

    bob.mentor.refresh_from_db()
    assert (bob.mentor.status, str(bob.mentor.paused_until_on)) == ("paused", "2126-12-24")


def test_a_mentee_who_declines_cannot_pause_the_mentor(api, alice):
    match = MatchFactory(help_request__mentee=alice, status="offered")

    api(alice).post(f"/api/v1/matches/{match.uuid}/decline/", {"reason": "other", "pause": True})

    match.mentor.refresh_from_db()
    assert match.mentor.status == "approved"


def test_every_request_and_match_shows_the_turn_and_its_start(api, alice, bob, now):
    match = MatchFactory(help_request__mentee=alice, mentor=bob.mentor, status="asked")
    stamp = "2026-11-23T12:00:00Z"

    for person, path in (
        (alice, f"matches/{match.uuid}/"),
        (alice, f"help-requests/{match.help_request.uuid}/"),
        (bob, f"inbox/{match.uuid}/"),
    ):
        body = api(person).get(f"/api/v1/{path}").json()
        assert (body["whose_turn"], body["turn_since_at"]) == ("mentor", stamp)
