"""The page behind the link to come back or to pause."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.links import come_back_link
from tests.factories import MentorFactory
from tests.helpers import path

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]


@pytest.fixture
def mentor():
    return MentorFactory()


def page_of(mentor):
    return path(come_back_link(mentor))


def test_reading_changes_nothing_and_the_button_ends_the_pause():
    mentor = MentorFactory(status="paused", pause_cause="silence")
    link = page_of(mentor)

    for method in ("get", "head"):
        assert getattr(Client(), method)(link).status_code == 200
    mentor.refresh_from_db()
    assert mentor.status == "paused"

    page = Client().post(link, {"do": "come_back"}, follow=True).content.decode()
    mentor.refresh_from_db()
    assert (mentor.status, mentor.pause_cause) == ("approved", "")
    assert "Mentees can find you, " in page
    assert Client().post(link, {"do": "come_back"}).status_code == 302  # a second click is no error


def test_the_page_pauses_until_a_day_and_a_second_click_is_no_error(mentor):
    form = {"do": "pause", "until_on": "2126-12-24"}
    for _ in range(2):
        page = Client().post(page_of(mentor), form, follow=True).content.decode()

    mentor.refresh_from_db()
    assert (mentor.status, mentor.pause_cause) == ("paused", "own_wish")
    assert "You are paused until 24 December 2126" in page


@pytest.mark.parametrize(("day", "status"), [("soon", 400), ("01/02/2126", 400), ("2020-01-01", 409)])
def test_an_invalid_pause_is_refused_and_the_form_keeps_the_day(mentor, day, status):
    response = Client().post(page_of(mentor), {"do": "pause", "until_on": day})

    mentor.refresh_from_db()
    assert (response.status_code, mentor.status) == (status, "approved")
    assert f'value="{day}"' in response.content.decode()


def test_a_pause_that_runs_gets_no_end_in_the_past():
    mentor = MentorFactory(status="paused", pause_cause="own_wish")

    response = Client().post(page_of(mentor), {"do": "pause", "until_on": "2020-01-01"})

    assert response.status_code == 409
    assert "A pause ends on a day to come" in response.content.decode()


@pytest.mark.parametrize("status", ["suspended", "applied", "rejected"])
def test_only_a_paused_mentor_comes_back_by_the_page(status):
    mentor = MentorFactory(status=status)

    response = Client().post(page_of(mentor), {"do": "come_back"})

    assert response.status_code == 409
    mentor.refresh_from_db()
    assert mentor.status == status


@pytest.mark.parametrize("form", [{}, {"do": ""}, {"do": "resume"}, {"do": "Pause"}, {"do": "come_back "}])
def test_an_unknown_button_is_refused_and_changes_nothing(form):
    mentor = MentorFactory(status="paused", pause_cause="own_wish")

    response = Client().post(page_of(mentor), form)

    assert response.status_code == 400
    assert "no such button" in response.content.decode()
    mentor.refresh_from_db()
    assert mentor.status == "paused"
