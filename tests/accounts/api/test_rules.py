"""The community rules in the API."""

from __future__ import annotations

import pytest

from tests.api.problems import problem
from tests.factories import HelpRequestFactory, MatchFactory
from tests.moves import WHY
from tests.rules import new_rules

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

ACCEPT = "/api/v1/rules/accept/"
NOTE = "I can look at your CV with you in the first half hour."


def test_a_visitor_reads_the_rules_and_from_when_they_are_required(api):
    rules = new_rules()

    found = api().get("/api/v1/rules/").json()

    assert (found["version"], found["text"]) == (2, rules.text)
    assert found["required_at"] > found["published_at"]


def test_a_member_reads_that_the_rules_wait_and_accepts_them(api, alice):
    new_rules(required=True)
    client = api(alice)

    before = client.get(ACCEPT).json()
    after = client.post(ACCEPT, {"version": 2}).json()

    assert before == {"version": 2, "accepted_at": None, "is_asked": True, "is_required": True}
    assert after == {
        "version": 2,
        "accepted_at": after["accepted_at"],
        "is_asked": False,
        "is_required": False,
    }
    assert after["accepted_at"] is not None


def test_another_version_is_refused(api, alice):
    new_rules()

    problem(api(alice).post(ACCEPT, {"version": 1}), 409, "rules_outdated")


@pytest.mark.parametrize("body", [{}, {"version": "two"}, {"version": -1}, {"version": 2, "more": 1}])
def test_an_odd_body_is_400(body, api, alice):
    assert api(alice).post(ACCEPT, body).status_code == 400


def test_moves_that_ask_or_begin_wait_and_reading_stays_free(api, alice, bob):
    new_rules(required=True)
    draft = HelpRequestFactory(mentee=alice, status="draft")
    proposed = MatchFactory(help_request__mentee=alice)
    offered = MatchFactory(help_request__mentee=alice, status="offered")
    asked = MatchFactory(mentor=bob.mentor, status="asked")
    fitting = MatchFactory(mentor=bob.mentor)
    code = "rules_not_accepted"

    problem(api(alice).post(f"/api/v1/help-requests/{draft.uuid}/submit/"), 409, code)
    problem(api(alice).post(f"/api/v1/matches/{proposed.uuid}/ask/", {"why_you": WHY}), 409, code)
    problem(api(alice).post(f"/api/v1/matches/{offered.uuid}/accept/"), 409, code)
    problem(api(bob).post(f"/api/v1/inbox/{asked.uuid}/accept/"), 409, code)
    problem(api(bob).post(f"/api/v1/requests-for-me/{fitting.help_request.uuid}/offer/", {"note": NOTE}), 409, code)

    assert api(alice).get("/api/v1/matches/").status_code == 200
    assert api(bob).get("/api/v1/inbox/").status_code == 200


def test_a_no_needs_no_acceptance(api, bob):
    new_rules(required=True)
    asked = MatchFactory(mentor=bob.mentor, status="asked")

    answer = api(bob).post(f"/api/v1/inbox/{asked.uuid}/decline/", {"reason": "no_time"})

    assert answer.status_code == 200


def test_moves_go_on_once_the_rules_are_accepted(api, alice):
    new_rules(required=True)
    proposed = MatchFactory(help_request__mentee=alice)
    client = api(alice)
    client.post(ACCEPT, {"version": 2})

    assert client.post(f"/api/v1/matches/{proposed.uuid}/ask/", {"why_you": WHY}).status_code == 200
