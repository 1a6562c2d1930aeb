"""Lists have a total order, pages, and a number of queries that does not grow."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.factories import (
    GoalFactory,
    HandoverFactory,
    HelpRequestFactory,
    MatchFactory,
    MentorFactory,
    MentorshipFactory,
    NotificationFactory,
    PracticeRecordFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]


def make_goals(alice, bob, count):
    GoalFactory.create_batch(count, mentee=alice)


def make_requests(alice, bob, count):
    for _ in range(count):
        HelpRequestFactory(mentee=alice)


def make_matches(alice, bob, count):
    for _ in range(count):
        MatchFactory(help_request__mentee=alice)


def make_inbox(alice, bob, count):
    for _ in range(count):
        MatchFactory(mentor=bob.mentor, status="asked")


def make_requests_for_bob(alice, bob, count):
    for _ in range(count):
        MatchFactory(mentor=bob.mentor)


def make_practice(alice, bob, count):
    for _ in range(count):
        PracticeRecordFactory(owner=alice)


def make_mentors(alice, bob, count):
    MentorFactory.create_batch(count)


def make_mentorships(alice, bob, count):
    for place in range(1, count + 1):
        MentorshipFactory(mentor=bob.mentor, goal__mentee=alice, place=place)


def make_handovers(alice, bob, count):
    for place in range(1, count + 1):
        HandoverFactory(mentorship=MentorshipFactory(mentor=bob.mentor, goal__mentee=alice, place=place))


def make_notifications(alice, bob, count):
    for _ in range(count):
        NotificationFactory(recipient=alice, kind="mentor_applied", payload={"mentor": str(bob.mentor.uuid)})


def make_applications(alice, bob, count):
    alice.give_role("owner")
    alice.save()
    MentorFactory.create_batch(count, status="applied")


@pytest.mark.parametrize(
    ("path", "make", "queries"),
    [
        ("goals/", make_goals, 1),
        ("help-requests/", make_requests, 1),
        ("matches/", make_matches, 4),
        ("inbox/", make_inbox, 5),
        ("requests-for-me/", make_requests_for_bob, 6),
        ("practice/", make_practice, 6),
        ("mentors/", make_mentors, 5),
        ("mentorships/", make_mentorships, 1),
        ("handovers/", make_handovers, 2),
        ("notifications/", make_notifications, 3),
        ("mentor-applications/", make_applications, 5),  # session, person, second factor and the record of reads
    ],
)
@pytest.mark.parametrize("rows", [1, 3])
def test_the_number_of_queries_does_not_grow(path, make, queries, rows, api, alice, bob, django_assert_num_queries):
    make(alice, bob, rows)
    client = api(bob if path in ("inbox/", "requests-for-me/") else alice)

    with django_assert_num_queries(queries):
        response = client.get(f"/api/v1/{path}")

    assert response.status_code == 200
    answer = response.json()
    assert len(answer["results"] if isinstance(answer, dict) else answer) >= rows


@pytest.mark.parametrize(
    ("path", "queries"),
    [("goal-kinds/", 1), ("session-kinds/", 1), ("skills/?page_size=1", 2), ("skills/?page_size=9", 2)],
)
def test_a_list_of_seeded_rows_takes_as_many_queries(path, queries, api, alice, django_assert_num_queries):
    client = api(alice)

    with django_assert_num_queries(queries):
        response = client.get(f"/api/v1/{path}")

    assert response.status_code == 200
    assert response.json()["results"]


def all_pages(client, path: str) -> list[str]:
    """Return the identifiers of all rows, page after page."""
    seen, address = [], f"/api/v1/{path}"
    while address:
        page = client.get(address).json()
        seen += [row["uuid"] for row in page["results"]]
        address = page["next"]
    return seen


def test_pages_follow_each_other_and_no_row_is_missing(api, alice):
    goals = GoalFactory.create_batch(7, mentee=alice)

    assert all_pages(api(alice), "goals/?page_size=3") == [str(goal.uuid) for goal in reversed(goals)]


def test_a_huge_page_is_cut(api, alice):
    GoalFactory.create_batch(101, mentee=alice)

    assert len(api(alice).get("/api/v1/goals/?page_size=1000000").json()["results"]) == 100


def test_the_application_that_waits_longest_comes_first_over_all_pages(api, admin_user, now):
    mentors = [MentorFactory(status="applied", status_since_at=now - timedelta(days=day)) for day in (1, 3, 2)]

    seen = all_pages(api(admin_user), "mentor-applications/?page_size=1")

    assert seen == [str(mentors[index].uuid) for index in (1, 2, 0)]
