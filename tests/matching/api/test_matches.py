"""Matches in the API of both sides: the HTTP status and code of every move."""

from __future__ import annotations

import pytest

from matching.models import Match
from tests.factories import MatchFactory
from tests.matching.helpers import match_in, table
from tests.moves import WHY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

BODIES = {"ask": {"why_you": WHY}, "dismiss": {"reason": "price"}, "decline": {"reason": "no_time"}}
REFUSALS = {
    "no": (409, "move_not_allowed"),
    "done": (409, "already_done"),
    "shut": (409, "help_request_not_open"),
    "turn": (403, "not_your_turn"),
    "gone": (404, "not_found"),
}
# The mentor of a match that was neither asked nor offered does not see it in the inbox.
ANSWERS = table("""
                   proposed  asked  offered  accepted  declined  expired  withdrawn  dismissed  superseded
matches/ask/       200       done   no       shut      no        no       no         no         no
matches/dismiss/   200       no     no       shut      no        no       no         done       no
matches/withdraw/  no        200    turn     no        no        no       done       no         no
matches/accept/    no        turn   201      shut      no        no       no         no         no
matches/decline/   no        turn   200      no        no        no       no         no         no
inbox/accept/      gone      201    turn     done      no        no       no         gone       gone
inbox/decline/     gone      200    turn     no        done      no       no         gone       gone
inbox/withdraw/    gone      turn   200      no        no        no       no         gone       gone
""")


def post_move(api, endpoint, match):
    list_name, action, _ = endpoint.split("/")
    person = match.help_request.mentee if list_name == "matches" else match.mentor.user
    return api(person).post(f"/api/v1/{list_name}/{match.uuid}/{action}/", BODIES.get(action, {}))


@pytest.mark.parametrize(("endpoint", "status"), [cell for cell, answer in ANSWERS.items() if answer not in REFUSALS])
def test_an_allowed_move_is_200_or_201_with_a_mentorship(endpoint, status, api):
    answer = post_move(api, endpoint, match_in(status))

    assert answer.status_code == int(ANSWERS[endpoint, status]), answer.content


@pytest.mark.parametrize("status", Match.Status.values)
def test_every_other_move_is_refused_with_its_code(status, api):
    match = match_in(status)
    refused = {endpoint: REFUSALS[cell] for (endpoint, of), cell in ANSWERS.items() if of == status if cell in REFUSALS}

    answers = {endpoint: post_move(api, endpoint, match) for endpoint in refused}

    assert {endpoint: (answer.status_code, answer.json()["code"]) for endpoint, answer in answers.items()} == refused


@pytest.mark.parametrize("action", ["ask", "dismiss", "accept", "decline", "withdraw"])
def test_a_match_of_others_is_404(action, api, charlie):
    match = MatchFactory(status="asked")

    for list_name in ("matches", "inbox"):
        answer = api(charlie).post(f"/api/v1/{list_name}/{match.uuid}/{action}/", BODIES.get(action, {}))
        assert answer.status_code == 404


@pytest.mark.parametrize("withdrawn_by", ["organisers", "mentee", ""])
def test_both_sides_read_whether_the_organisers_ended_it(withdrawn_by, api, alice, bob):
    match = MatchFactory(status="withdrawn", withdrawn_by=withdrawn_by, help_request__mentee=alice, mentor=bob.mentor)

    for person, list_name in ((alice, "matches"), (bob, "inbox")):
        answer = api(person).get(f"/api/v1/{list_name}/{match.uuid}/").json()
        assert answer["by_organisers"] == (withdrawn_by == "organisers")


def test_nobody_reads_that_they_took_back_what_the_organisers_ended(api, alice):
    match = MatchFactory(status="withdrawn", withdrawn_by="organisers", help_request__mentee=alice)

    answer = api(alice).post(f"/api/v1/matches/{match.uuid}/withdraw/")

    assert (answer.status_code, answer.json()["code"]) == (409, "move_not_allowed")


@pytest.mark.parametrize(
    ("why", "problem"),
    [("You are great, please be my mentor!", "This would suit any mentor."), ("You left physics, as I want to.", None)],
)
def test_a_reason_is_checked_before_it_is_sent(why, problem, api, alice):
    match = MatchFactory(help_request__mentee=alice)

    answer = api(alice).post(f"/api/v1/matches/{match.uuid}/check-reason/", {"why_you": why}).json()["problem"]

    assert (answer or "").startswith(problem or "")
    assert (answer is None) == (problem is None)
    match.refresh_from_db()
    assert match.status == "proposed"
