"""Handovers by API."""

from __future__ import annotations

import pytest

from accounts.models import MentorProfile
from matching.models import Match
from tests.api.problems import problem
from tests.factories import HandoverFactory, SessionFactory
from tests.matching.helpers import mentorship_of
from tests.moves import WHY, accept

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]


def address(handover, move: str = "") -> str:
    return f"/api/v1/handovers/{handover.uuid}/{move}"


def test_the_mentee_reads_why_and_until_when(pause, api, alice):
    [row] = api(alice).get("/api/v1/handovers/").json()["results"]

    assert (row["mentor"], row["is_pause"], row["back_on"], row["ends_at"], row["choice"]) == (
        "Bob Baker",
        True,
        "2030-01-25",
        None,
        "",
    )


def test_a_suspension_reads_like_an_account_that_was_closed(matched, api, alice, bob):
    MentorProfile.objects.filter(user=bob).update(status="suspended")
    handover = HandoverFactory(mentorship=mentorship_of(matched), cause="suspended")

    row = api(alice).get(address(handover)).json()

    assert (row["is_pause"], row["back_on"]) == (False, None)
    assert row["ends_at"] == "2026-12-07T12:00:00Z"
    assert "suspended" not in str(row)


def test_the_mentor_reads_none(pause, api, bob):
    assert api(bob).get("/api/v1/handovers/").json()["results"] == []
    assert api(bob).get(address(pause)).status_code == 404


def test_successors_have_cards_and_reasons(pause, api, alice, successor):
    [found] = api(alice).get(address(pause, "successors/")).json()

    assert found["mentor"]["name"] == "Sue Cooper"
    assert "email" not in found["mentor"]
    assert found["reasons"]


def test_asking_answers_with_the_new_request(pause, api, alice, successor):
    body = {"mentor": str(successor.uuid), "why_you": WHY, "takes_notes": True}

    row = api(alice).post(address(pause, "ask/"), body).json()

    match = Match.objects.get(mentor=successor)
    assert (row["choice"], row["takes_notes"], row["help_request"]) == (
        "asked",
        True,
        str(match.help_request.uuid),
    )


def test_searching_takes_no_notes_unless_told(pause, api, alice):
    row = api(alice).post(address(pause, "search/"), {}).json()

    assert (row["choice"], row["takes_notes"]) == ("search", False)


def test_waiting_pauses_the_mentorship(pause, api, alice):
    row = api(alice).post(address(pause, "wait/")).json()

    assert (row["choice"], row["closed_at"]) == ("wait", None)
    assert mentorship_of(Match.objects.get(status="accepted").help_request).status == "paused"


def test_both_of_the_next_mentorship_read_the_notes_that_came_along(pause, api, alice, bob, successor):
    SessionFactory(mentorship=pause.mentorship, status="held", shared_notes="Practise STAR answers.")
    body = {"mentor": str(successor.uuid), "why_you": WHY, "takes_notes": True}
    api(alice).post(address(pause, "ask/"), body)
    mentorship = accept(Match.objects.get(mentor=successor))
    path = f"/api/v1/mentorships/{mentorship.uuid}/brought-notes/"

    for person in (alice, successor.user):
        [row] = api(person).get(path).json()
        assert row["shared_notes"] == "Practise STAR answers."
    assert api(bob).get(path).status_code == 404


def test_a_choice_that_is_over_is_409(pause, api, alice):
    api(alice).post(address(pause, "search/"), {})

    problem(api(alice).post(address(pause, "wait/")), 409, "handover_over")


def test_a_pause_without_an_end_is_not_waited_for(pause, api, alice, bob):
    MentorProfile.objects.filter(user=bob).update(paused_until_on=None)

    problem(api(alice).post(address(pause, "wait/")), 409, "nothing_to_wait_for")


def test_the_reason_of_a_handover_is_not_one_that_people_give(matched, api, alice):
    body = {"status": "ended_early", "reason": "handed_over"}

    answer = api(alice).post(f"/api/v1/mentorships/{mentorship_of(matched).uuid}/end/", body)

    assert answer.status_code == 400
