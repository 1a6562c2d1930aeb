"""The page of a mentor about the feedback of all mentees."""

from __future__ import annotations

import html

import pytest

from tests.factories import FeedbackFactory, MentorshipFactory, OutcomeQuestionFactory, OutcomeRatingFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]


def add(mentor, number: int, level: int | None):
    mentorship = MentorshipFactory(mentor=mentor, place=number, status="completed")
    at = OutcomeQuestionFactory(mentorship=mentorship).asked_at
    if level is not None:
        OutcomeRatingFactory(mentorship=mentorship, level=level)
        FeedbackFactory(mentorship=mentorship, opened_at=at, helped=f"Help {number}.", better="", thanks="")


def read(client, mentor, moment) -> str:
    client.force_login(mentor.user)
    moment("2026-12-30 12:00:00Z")
    return " ".join(html.unescape(client.get("/mentoring/feedback/").content.decode()).split())


@pytest.fixture
def moment():
    """Return a function that moves the clock."""
    import time_machine

    travels = []

    def move(to: str) -> None:
        travel = time_machine.travel(to, tick=False)
        travel.start()
        travels.append(travel)

    yield move
    for travel in travels:
        travel.stop()


def test_a_share_is_shown_with_its_denominator_and_those_who_were_silent(client, bob, moment):
    for number, level in enumerate([2, 0, -1, None], start=1):
        add(bob.mentor, number, level)

    page = read(client, bob.mentor, moment)

    assert "4 mentorships of yours ended more than 14 days ago. 3 mentees wrote feedback" in page
    assert "4 mentees were asked. 2 got as far as hoped, or further." in page
    assert "1 did not answer, and does not count as a success." in page
    assert "<li>Help 1.</li><li>Help 2.</li><li>Help 3.</li>" in page


def test_the_words_of_two_mentees_are_not_shown_together(client, bob, moment):
    add(bob.mentor, 1, 1)
    add(bob.mentor, 2, 1)

    page = read(client, bob.mentor, moment)

    assert "once 3 of them have written" in page
    assert "Help" not in page
    assert "as far as hoped" not in page
