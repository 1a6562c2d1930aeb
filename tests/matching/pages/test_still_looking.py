"""The mentee's page "still looking?"."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client

from matching.jobs.still_looking import expire_abandoned
from matching.links import still_looking_link
from tests.factories import NOW, HelpRequestFactory, MatchFactory
from tests.helpers import kinds
from tests.matching.helpers import press, press_and_read, read

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

AFTER, GRACE = settings.STILL_LOOKING_AFTER, settings.STILL_LOOKING_GRACE


@pytest.fixture
def asked():
    """Return a request whose mentee was asked GRACE ago and has not answered."""
    return HelpRequestFactory(opened_at=NOW - GRACE - AFTER, still_looking_at=NOW - GRACE, mentee__name="Alice Archer")


def test_reading_the_question_changes_nothing(asked):
    for method in ("get", "head"):
        response = getattr(Client(), method)(still_looking_link(asked))
        assert response.status_code == 200

    assert "Yes, I am still looking" in read(still_looking_link(asked))
    asked.refresh_from_db()
    assert (asked.status, asked.still_looking_at) == ("open", NOW - GRACE)


def test_a_yes_keeps_the_request_open(asked):
    page = press_and_read(still_looking_link(asked), answer="yes")

    asked.refresh_from_db()
    assert (asked.status, asked.still_looking_at) == ("open", None)
    assert asked.renewed_at
    assert "Your request is open" in page
    assert "Yes, I am still looking" not in page


def test_a_no_withdraws_the_request_and_tells_mentors_who_were_asked(asked):
    match = MatchFactory(help_request=asked, status="asked")

    page = press_and_read(still_looking_link(asked), answer="no")

    asked.refresh_from_db()
    match.refresh_from_db()
    assert (asked.status, match.status) == ("withdrawn", "withdrawn")
    assert kinds(match.mentor.user) == ["match_withdrawn"]
    assert "Your request is closed" in page


@pytest.mark.parametrize("answer", ["yes", "no"])
def test_a_second_answer_is_no_error(asked, answer):
    for _ in range(2):
        assert press(still_looking_link(asked), answer=answer).status_code == 302


@pytest.mark.parametrize("form", [{}, {"answer": "maybe"}])
def test_an_unknown_answer_is_400(asked, form):
    assert press(still_looking_link(asked), **form).status_code == 400
    asked.refresh_from_db()
    assert asked.still_looking_at


@pytest.mark.parametrize("answer", ["yes", "no"])
def test_an_answer_after_the_end_is_409(asked, answer):
    expire_abandoned(now=NOW)

    response = press(still_looking_link(asked), answer=answer)

    assert response.status_code == 409
    assert "Your request is closed" in response.content.decode()
    asked.refresh_from_db()
    assert asked.status == "expired"
