"""The record of a mentor on paper: one sheet, without buttons."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.factories import (
    FeedbackFactory,
    MentorshipFactory,
    OutcomeQuestionFactory,
    OutcomeRatingFactory,
    held_by_both,
)

pytestmark = [pytest.mark.django_db(transaction=True)]

LONG = "You listened, and asked what I would do if nobody could say no. " * 4


@pytest.fixture
def record(bob):
    """Bob helped five people, and five long thanks may be shown."""
    now = timezone.now()
    for place in range(1, 6):
        ended_at = now - timedelta(days=20)
        mentorship = MentorshipFactory(
            mentor=bob.mentor,
            place=place,
            status="completed",
            started_at=now - timedelta(days=150),
            ended_at=ended_at,
        )
        for number in range(4):
            held_by_both(mentorship, starts_at=now - timedelta(days=30 + number, hours=2 * place))
        OutcomeQuestionFactory(mentorship=mentorship, asks_at=ended_at)
        if place < 5:
            OutcomeRatingFactory(mentorship=mentorship, level=place - 2)
        FeedbackFactory(mentorship=mentorship, thanks=LONG, thanks_shown="first_name", opened_at=now)


def test_the_record_is_printed_on_one_sheet(visitor, log_in_as, bob, record):
    page = visitor()
    log_in_as(page, bob)
    page.goto("/mentoring/record/")

    printed = page.pdf(prefer_css_page_size=True)
    page.emulate_media(media="print")

    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1
    expect(page.get_by_text("mentor at Mentorship")).to_be_visible()
    expect(page.get_by_text("5 mentees were asked. 3 got as far as hoped")).to_be_visible()
    expect(page.locator("button:visible, a:visible")).to_have_count(0)
    expect(page.locator("blockquote:visible")).to_have_count(3)
