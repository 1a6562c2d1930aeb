"""The mentee's page "still looking?"."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client

from matching.jobs.still_looking import expire_abandoned
from matching.links import still_looking_link
from tests.factories import NOW, MatchFactory
from tests.helpers import kinds
from tests.matching.helpers import press, press_and_read, read

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

AFTER, GRACE = settings.STILL_LOOKING_AFTER, settings.STILL_LOOKING_GRACE


def test_reading_the_question_changes_nothing(abandoned):
    for method in ("get", "head"):
        response = getattr(Client(), method)(still_looking_link(abandoned))
        assert response.status_code == 200

    assert "Yes, I am still looking" in read(still_looking_link(abandoned))
    abandoned.refresh_from_db()
    assert (abandoned.status, abandoned.still_looking_at) == ("open", NOW - GRACE)


def test_a_yes_keeps_the_request_open(abandoned):
    page = press_and_read(still_looking_link(abandoned), do="yes")

    abandoned.refresh_from_db()
    assert (abandoned.status, abandoned.still_looking_at) == ("open", None)
    assert abandoned.renewed_at
    assert "Your request is open" in page
    assert "Yes, I am still looking" not in page


def test_a_no_withdraws_the_request_and_tells_mentors_who_were_asked(abandoned):
    match = MatchFactory(help_request=abandoned, status="asked")

    page = press_and_read(still_looking_link(abandoned), do="no")

    abandoned.refresh_from_db()
    match.refresh_from_db()
    assert (abandoned.status, match.status) == ("withdrawn", "withdrawn")
    assert kinds(match.mentor.user) == ["match_withdrawn"]
    assert "Your request is closed" in page


@pytest.mark.parametrize("answer", ["yes", "no"])
def test_a_second_answer_is_no_error(abandoned, answer):
    for _ in range(2):
        assert press(still_looking_link(abandoned), do=answer).status_code == 302


@pytest.mark.parametrize("form", [{}, {"do": "maybe"}])
def test_an_unknown_answer_is_400(abandoned, form):
    assert press(still_looking_link(abandoned), **form).status_code == 400
    abandoned.refresh_from_db()
    assert abandoned.still_looking_at


@pytest.mark.parametrize("answer", ["yes", "no"])
def test_an_answer_after_the_end_is_409(abandoned, answer):
    expire_abandoned(now=NOW)

    response = press(still_looking_link(abandoned), do=answer)

    assert response.status_code == 409
    assert "Your request is closed" in response.content.decode()
    abandoned.refresh_from_db()
    assert abandoned.status == "expired"
