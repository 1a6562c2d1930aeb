"""The page of a mentor about the feedback of all mentees."""

from __future__ import annotations

import html
from datetime import timedelta

import pytest
from django.utils import timezone

from tests.factories import FeedbackFactory, MentorshipFactory, OutcomeQuestionFactory, OutcomeRatingFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]


def add(mentor, number: int, level: int | None):
    mentorship = MentorshipFactory(
        mentor=mentor, place=number, status="completed", ended_at=timezone.now() - timedelta(days=30)
    )
    at = OutcomeQuestionFactory(mentorship=mentorship).asked_at
    if level is not None:
        OutcomeRatingFactory(mentorship=mentorship, level=level)
        FeedbackFactory(mentorship=mentorship, opened_at=at, helped=f"Help {number}.", better="", thanks="")


def read(client, mentor) -> str:
    client.force_login(mentor.user)
    return " ".join(html.unescape(client.get("/mentoring/feedback/").content.decode()).split())


def test_a_share_is_shown_with_its_denominator_and_those_who_were_silent(client, bob):
    for number, level in enumerate([2, 0, -1, None], start=1):
        add(bob.mentor, number, level)

    page = read(client, bob.mentor)

    assert "4 mentorships of yours ended more than 14 days ago." in page
    assert "3 mentees wrote feedback that you can read. There is none from 1." in page
    assert "4 mentees were asked. 2 got as far as hoped, or further." in page
    assert "1 gave no answer that counts, and is no success." in page
    assert "<li>Help 1.</li><li>Help 2.</li><li>Help 3.</li>" in page


def test_the_words_of_two_mentees_are_not_shown_together(client, bob):
    add(bob.mentor, 1, 1)
    add(bob.mentor, 2, 1)

    page = read(client, bob.mentor)

    assert "once 3 of them have written" in page
    assert "Help" not in page
    assert "2 mentees were asked. Results are shown from 3 answers on. 0 gave no answer that counts" in page
    assert "as far as hoped" not in page
