"""The pages of a member's own things are closed to visitors, and ask the database little."""

from __future__ import annotations

import pytest
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


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("page", "queries"), [("/start/", 12), ("/profile/", 9), ("/goals/", 5)])
def test_the_number_of_queries_does_not_grow(page, queries, rows, client, django_assert_num_queries):
    mentor = MentorFactory(user__profile__is_mentee=True)
    for number in range(rows):
        CareerStepFactory(profile=mentor.user.profile)
        GoalFactory(mentee=mentor.user)
        mentor.user.profile.availability.create(weekday=number + 1, start_minute=600, end_minute=660)
    client.force_login(mentor.user)

    with django_assert_num_queries(queries):
        client.get(page)
