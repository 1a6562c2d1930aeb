"""The pages of a member's own things are closed to visitors, and ask the database little."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories import CareerStepFactory, GoalFactory, MentorFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

PARTS = ["about", "career", "languages", "skills", "week", "away"]
PAGES = [
    *("/start/", "/profile/", "/profile/resume/", "/skills/find/", "/goals/", "/goals/new/", "/mentoring/"),
    *("/mentoring/offer/", *(f"/profile/{part}/" for part in PARTS)),
]


@pytest.mark.parametrize("page", PAGES)
def test_a_visitor_logs_in_first(page, client):
    assert client.get(page).headers["Location"] == f"{reverse('account_login')}?next={page}"


@pytest.mark.parametrize("page", PAGES)
def test_a_mentor_opens_each_page(page, client, bob):
    client.force_login(bob)

    assert client.get(page).status_code == 200


def add_row(mentor, number: int) -> None:
    CareerStepFactory(profile=mentor.user.profile)
    GoalFactory(mentee=mentor.user)
    mentor.user.profile.availability.create(weekday=number, start_minute=600, end_minute=660)


@pytest.mark.parametrize("page", ["/start/", "/profile/", "/goals/", "/profile/career/", "/mentoring/"])
def test_the_number_of_queries_does_not_grow(page, client):
    mentor = MentorFactory(user__profile__is_mentee=True)
    client.force_login(mentor.user)
    add_row(mentor, 1)
    with CaptureQueriesContext(connection) as with_one:
        client.get(page)

    for number in (2, 3):
        add_row(mentor, number)
    with CaptureQueriesContext(connection) as with_three:
        client.get(page)

    assert len(with_three) == len(with_one)
