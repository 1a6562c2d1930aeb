"""Line breaks that people wrote are kept on the pages of both sides."""

from __future__ import annotations

import pytest

from matching.links import answer_link, choose_link, fitting_link, still_looking_link
from matching.models import Clarification, Match
from tests.factories import NOW, HelpRequestFactory, MatchFactory
from tests.matching.helpers import read

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

TEXT = "One sentence that fits.\nTwo sentences that fit."
SHOWN = "One sentence that fits.<br>Two sentences that fit."


def match_with_texts(status: str, **facts: object) -> Match:
    return MatchFactory(
        status=status,
        mentor__motivation=TEXT,
        help_request__ask=TEXT,
        help_request__situation=TEXT,
        help_request__gap=TEXT,
        **facts,
    )


def test_the_mentor_reads_question_and_request_with_their_line_breaks():
    match = match_with_texts("asked", why_you=TEXT)
    Clarification.objects.create(match=match, number=1, question=TEXT, answer=TEXT, asked_at=NOW, answered_at=NOW)

    page = read(answer_link(match))

    assert page.count(SHOWN) == 6  # why you, question, answer, situation, gap, ask
    assert TEXT not in page


def test_the_mentor_reads_the_own_offer_with_its_line_breaks():
    match = match_with_texts("offered", offer_note=TEXT)

    page = read(answer_link(match))

    assert f"<dt>Your offer</dt><dd>{SHOWN}</dd>" in page


def test_the_mentee_reads_motivation_and_offer_with_their_line_breaks():
    match = match_with_texts("offered", offer_note=TEXT)

    page = read(choose_link(match.help_request))

    assert page.count(SHOWN) == 3  # ask, motivation, offer
    assert TEXT not in page


def test_the_mentee_reads_a_decline_with_its_line_breaks():
    match = match_with_texts("declined", decline_note=TEXT, decline_reason="no_time")

    page = read(choose_link(match.help_request))

    assert f"“{SHOWN}”" in page


def test_requests_that_fit_are_shown_with_their_line_breaks():
    match = match_with_texts("proposed")

    page = read(fitting_link(match.mentor))

    assert page.count(SHOWN) == 2  # gap, ask
    assert TEXT not in page


def test_a_request_is_shown_with_its_line_breaks_when_we_ask_whether_it_goes_on():
    request = HelpRequestFactory(ask=TEXT, still_looking_at=NOW)

    assert SHOWN in read(still_looking_link(request))
