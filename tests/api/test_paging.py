"""Pages by keyset: every row once, however many rows are equal, and whatever changes meanwhile."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from datetime import timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory

from accounts.models import MentorProfile
from config.paging import CursorPagination, turned
from mentorship.models import Goal, GoalKind
from tests.api.problems import faults
from tests.factories import NOW, GoalFactory, MentorFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]


def page_of(rows, address: str) -> tuple[list, str | None, str | None]:
    """Return the rows of a page, and the links to the next and to the previous page."""
    paginator = CursorPagination()
    page = paginator.paginate_queryset(rows, Request(APIRequestFactory().get(address)))
    return page, paginator.get_next_link(), paginator.get_previous_link()


def walk(rows, size: int) -> tuple[list, list, str | None]:
    """Return the rows of all pages, those of the last page, and its link to the page before."""
    found, address = [], f"/?page_size={size}"
    for _ in range(200):
        page, address, previous = page_of(rows, address)
        found += page
        if address is None:
            return found, page, previous
    raise AssertionError("the pages do not end")


def walk_back(rows, last: list, address: str | None) -> list:
    """Return the rows of all pages before the ``last`` page, and that page."""
    found = list(last)
    for _ in range(200):
        if address is None:
            return found
        page, _, address = page_of(rows, address)
        found = page + found
    raise AssertionError("the pages do not end")


class EveryRowIsOnOnePage(TestCase):
    """All orders over columns with few values, of which some are NULL."""

    @settings(max_examples=40, deadline=None)
    @given(
        values=st.lists(
            st.tuples(st.sampled_from(["", "a", "B"]), st.sampled_from([None, 0, 1]), st.integers(0, 1)), max_size=12
        ),
        order=st.permutations(["target_field", "by_on", "created_at"]),
        signs=st.tuples(*[st.booleans()] * 4),
        size=st.integers(1, 5),
    )
    def test_pages_hold_the_list_in_its_order_both_ways(self, values, order, signs, size):
        kind = GoalKind.objects.get(code="promotion")
        person = UserFactory()
        for number, (field, day, hour) in enumerate(values):
            goal = Goal(mentee=person, kind=kind, target_role=f"Role {number}", target_field=field)
            goal.by_on = None if day is None else (NOW + timedelta(days=day)).date()
            goal.save()
            Goal.objects.filter(pk=goal.pk).update(created_at=NOW + timedelta(microseconds=hour))
        columns = [("-" if down else "") + name for name, down in zip([*order, "pk"], signs, strict=True)]
        rows = Goal.objects.filter(mentee=person).order_by(*columns)

        forward, last, previous = walk(rows, size)

        assert forward == list(rows)
        assert walk_back(rows, last, previous) == list(rows)


def test_pages_end_where_1_500_rows_share_the_first_value():
    kind = GoalKind.objects.get(code="promotion")
    person = UserFactory()
    Goal.objects.bulk_create(
        Goal(mentee=person, kind=kind, target_role="x", target_field=f"{number}", twin_key=f"x|{number}|")
        for number in range(1500)
    )
    Goal.objects.update(created_at=NOW)
    rows = Goal.objects.order_by("-created_at", "-pk")

    assert walk(rows, 100)[0] == list(rows)


def test_rows_that_leave_the_list_take_no_other_row_with_them(api, admin_user, now):
    mentors = MentorFactory.create_batch(6, status="applied", status_since_at=now)
    client = api(admin_user)
    first = client.get("/api/v1/mentor-applications/?status=applied&page_size=2").json()
    MentorProfile.objects.filter(pk__in=[mentor.pk for mentor in mentors[:2]]).update(status="approved")

    second = client.get(first["next"]).json()

    assert [row["uuid"] for row in second["results"]] == [str(mentor.uuid) for mentor in mentors[2:4]]
    assert client.get(second["previous"]).json()["results"] == []


def test_rows_that_come_meanwhile_shift_no_page(api, alice, now):
    goals = GoalFactory.create_batch(4, mentee=alice)
    client = api(alice)
    first = client.get("/api/v1/goals/?page_size=2").json()
    GoalFactory(mentee=alice)

    second = client.get(first["next"]).json()

    assert [row["uuid"] for row in second["results"]] == [str(goals[1].uuid), str(goals[0].uuid)]


def test_an_empty_page_leads_back_to_the_rows(api, alice):
    goals = GoalFactory.create_batch(3, mentee=alice)
    client = api(alice)
    first = client.get("/api/v1/goals/?page_size=2").json()
    goals[0].delete()

    empty = client.get(first["next"]).json()

    assert (empty["results"], empty["next"]) == ([], None)
    assert client.get(empty["previous"]).json()["results"] == first["results"]


def cursor_of(content: object) -> str:
    return urlsafe_b64encode(json.dumps(content).encode()).decode()


NO_CONTENTS = [
    None,
    7,
    [],
    {},
    {"a": 1, "b": 2},
    [0],
    [0, None],
    [2, ["2026-11-23T12:00:00+00:00", 1]],
    [0, ["2026-11-23T12:00:00+00:00"]],
    [0, ["2026-11-23T12:00:00+00:00", 1, 1]],
    [0, ["no date", 1]],
    [0, ["2026-11-23T12:00:00+00:00", "no number"]],
    [0, ["2026-11-23T12:00:00+00:00", [1]]],
    [0, [{}, 1]],
    [0, [7, 1]],
    [0, [float("inf"), float("nan")]],
    [0, ["2026-11-23T12:00:00+00:00", float("nan")]],
    [0, ["\x00", 1]],
    [0, ["x" * 3000, 1]],
]


def test_a_cursor_that_no_page_gave_is_refused(api, alice, subtests):
    GoalFactory(mentee=alice)

    for content in NO_CONTENTS:
        with subtests.test(repr(content)[:60]):
            assert faults(api(alice).get("/api/v1/goals/", {"cursor": cursor_of(content)})) == {"cursor"}


NO_CURSORS = ["x", "%", "===", "é", "\x00", "[" * 1000, "bm8", "W1tb" * 300]


def test_a_cursor_that_is_no_cursor_is_refused(api, alice, subtests):
    GoalFactory(mentee=alice)

    for text in NO_CURSORS:
        with subtests.test(text[:30]):
            assert faults(api(alice).get("/api/v1/goals/", {"cursor": text})) == {"cursor"}


def test_a_cursor_with_a_huge_number_is_an_end_of_the_list(api, alice):
    GoalFactory(mentee=alice)
    huge = cursor_of([0, ["2026-11-23T12:00:00+00:00", 10**30]])

    assert api(alice).get("/api/v1/goals/", {"cursor": huge}).status_code == 200


def test_a_list_without_a_total_order_is_a_fault_of_this_code(rf):
    request = Request(rf.get("/"))

    for order in ((), ("created_at",), ("pk", "created_at")):
        with pytest.raises(ImproperlyConfigured):
            CursorPagination().paginate_queryset(Goal.objects.order_by(*order), request)


def test_an_order_is_turned():
    assert turned(("-created_at", "pk")) == ("created_at", "-pk")
