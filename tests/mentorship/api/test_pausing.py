"""A mentor pauses and comes back by the API."""

from __future__ import annotations

import pytest

from accounts.models import MentorProfile

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]


def test_a_mentor_pauses_until_a_day_and_comes_back(api, bob):
    answer = api(bob).post("/api/v1/me/mentor/pause/", {"until_on": "2099-01-31"})

    assert answer.status_code == 200
    found = {name: answer.json()[name] for name in ("status", "pause_cause", "paused_until_on")}
    assert found == {"status": "paused", "pause_cause": "own_wish", "paused_until_on": "2099-01-31"}
    back = api(bob).post("/api/v1/me/mentor/resume/").json()
    assert (back["status"], back["pause_cause"], back["paused_until_on"]) == ("approved", "", None)


def test_a_pause_needs_no_end(api, bob):
    assert api(bob).post("/api/v1/me/mentor/pause/").json()["paused_until_on"] is None


def test_a_pause_until_a_past_day_is_409(api, bob):
    answer = api(bob).post("/api/v1/me/mentor/pause/", {"until_on": "2020-01-31"})

    assert (answer.status_code, answer.json()["code"]) == (409, "pause_already_over")


@pytest.mark.parametrize(
    ("status", "action"),
    [("applied", "pause"), ("approved", "resume"), ("suspended", "resume"), ("applied", "resume")],
)
def test_a_move_outside_the_table_is_409(status, action, api, bob):
    MentorProfile.objects.update(status=status)

    assert api(bob).post(f"/api/v1/me/mentor/{action}/").json()["code"] == "move_not_allowed"


def test_a_person_who_is_no_mentor_gets_404(api, alice):
    assert api(alice).post("/api/v1/me/mentor/pause/").status_code == 404
    assert api(alice).post("/api/v1/me/mentor/resume/").status_code == 404


def test_a_pause_and_its_end_answer_with_the_whole_profile(api, bob):
    client = api(bob)

    for action in ("pause", "resume"):
        answer = client.post(f"/api/v1/me/mentor/{action}/").json()
        assert answer == client.get("/api/v1/me/mentor/").json()
