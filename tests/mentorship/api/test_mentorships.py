"""Pausing, resuming and ending a mentorship, by API."""

from __future__ import annotations

import pytest

from tests.api.problems import place
from tests.factories import MentorshipFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

COMPLETED = {"status": "completed", "reason": "goal_reached"}
ENDED_EARLY = {"status": "ended_early", "reason": "no_time"}


def post(api, mentorship, action, body):
    return api(mentorship.mentee).post(f"/api/v1/mentorships/{mentorship.uuid}/{action}/", body)


@pytest.mark.parametrize(
    ("before", "action", "body", "after"),
    [
        ("active", "pause", {}, "paused"),
        ("paused", "resume", {}, "active"),
        ("active", "end", ENDED_EARLY, "ended_early"),
        ("paused", "end", COMPLETED, "completed"),
    ],
)
def test_a_move_answers_with_the_new_status(before, action, body, after, api):
    mentorship = MentorshipFactory(status=before)

    answer = post(api, mentorship, action, body)

    mentorship.refresh_from_db()
    assert (answer.status_code, answer.json()["status"], mentorship.status) == (200, after, after)


@pytest.mark.parametrize(
    ("before", "action", "body"),
    [
        ("paused", "pause", {}),
        ("active", "resume", {}),
        ("completed", "pause", {}),
        ("completed", "resume", {}),
        ("completed", "end", ENDED_EARLY),
        ("ended_early", "end", ENDED_EARLY),
    ],
)
def test_a_move_that_is_not_in_the_table_is_409(before, action, body, api):
    mentorship = MentorshipFactory(status=before)

    answer = post(api, mentorship, action, body)

    mentorship.refresh_from_db()
    assert (answer.status_code, answer.json()["code"], mentorship.status) == (409, "move_not_allowed", before)


@pytest.mark.parametrize(
    "body", [{"status": "active", "reason": "other"}, {"status": "completed", "reason": "bored"}, {}]
)
def test_an_end_needs_a_known_status_and_reason(body, api):
    assert post(api, MentorshipFactory(), "end", body).status_code == 400


def test_a_reason_that_does_not_fit_is_named(api):
    answer = post(api, MentorshipFactory(), "end", {"status": "completed", "reason": "no_time"})

    assert (answer.status_code, [place(error) for error in answer.json()["errors"]]) == (400, ["reason"])
