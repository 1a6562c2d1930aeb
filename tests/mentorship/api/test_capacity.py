"""A mentor's capacity by the API."""

from __future__ import annotations

import pytest

from matching.services.accept import accept_match
from mentorship.exceptions import MentorAtCapacity
from tests.factories import MatchFactory, MentorFactory, MentorshipFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]


def test_a_mentor_sees_how_many_places_are_taken(api):
    mentor = MentorFactory(capacity=4, active_elsewhere=1)
    MentorshipFactory(mentor=mentor, status="paused")
    MentorshipFactory(mentor=mentor, status="completed", ended_at=mentor.status_since_at)

    answer = api(mentor.user).get("/api/v1/me/mentor/").json()

    counts = {name: answer[name] for name in ("capacity", "active_elsewhere", "running", "free_capacity")}
    assert counts == {"capacity": 4, "active_elsewhere": 1, "running": 1, "free_capacity": 2}
    assert answer["capacity_note"] == ""


def test_a_capacity_below_the_running_mentorships_stops_new_ones(api, now):
    mentor = MentorFactory(capacity=3)
    match = MatchFactory(mentor=mentor, status="asked")
    for place in (1, 2):
        MentorshipFactory(mentor=mentor, place=place)

    answer = api(mentor.user).patch("/api/v1/me/mentor/", {"capacity": 1})

    assert (answer.status_code, answer.json()["free_capacity"]) == (200, 0)
    assert answer.json()["capacity_note"] == (
        "You carry 2, and said 1 at once. Nobody new is proposed to you or can be accepted until 2 of these "
        "mentorships have ended."
    )
    with pytest.raises(MentorAtCapacity):
        accept_match(match_id=match.pk, by=mentor.user, now=now)


@pytest.mark.parametrize("name", ["status", "pause_cause", "paused_until_on", "running"])
def test_read_only_fields_stay(name, api, bob):
    before = api(bob).get("/api/v1/me/mentor/").json()

    api(bob).patch("/api/v1/me/mentor/", {name: before[name] or 1})

    assert api(bob).get("/api/v1/me/mentor/").json() == before
