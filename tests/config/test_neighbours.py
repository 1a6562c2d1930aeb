"""The rows before and after a row that is not at its place any more are found by the columns of the order."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.admin_lists.neighbours import _anywhere, list_with
from accounts.models import MentorProfile, Notification, Skill, User
from matching.models import HelpRequest, Match, WaitingRequest
from mentorship.models import Goal, GoalKind, Mentorship, Session
from tests.factories import NOW, GoalFactory, HelpRequestFactory, MentorFactory, NotificationFactory
from tests.pages import things_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

LISTS = (User, MentorProfile, Notification, Goal, HelpRequest, WaitingRequest, Match, Mentorship, Session)


@pytest.fixture
def request_of_owner(rf, admin_user):
    request = rf.get("/")
    request.user = admin_user
    return request


@pytest.fixture
def many(alice, bob):
    """Rows with equal values, and with none, in the columns of the lists."""
    things_of(alice, bob)
    for number in range(3):
        MentorFactory(status="applied", capacity=1, status_since_at=NOW - timedelta(days=number // 2))
        NotificationFactory(sent_at=None, status="pending")
        GoalFactory(kind=GoalKind.objects.order_by("-position")[number % 2], by_on=None)
        HelpRequestFactory()
    NotificationFactory(sent_at=NOW, status="sent")


@pytest.mark.parametrize("model", LISTS, ids=lambda model: model._meta.label_lower)
def test_each_row_is_found_in_each_order(model, many, request_of_owner):
    model_admin = admin.site._registry[model]
    columns = range(1, len(model_admin.get_list_display(request_of_owner)) + 1)
    for order in ("", *(f"o={sign}{column}" for column in columns for sign in ("", "-")), "o=2.-1"):
        rows = list_with(model_admin, request_of_owner, order).queryset
        keys = list(rows.values_list("pk", flat=True))
        framed = [None, *keys, None]
        # All places in the order of the list, and three in each other: a search is slow.
        places = range(1, len(keys) + 1) if not order else sorted({1, len(keys) // 2 + 1, len(keys)})

        found = [_anywhere(rows, framed[at]) for at in places]
        assert found == [(framed[at - 1], framed[at + 1], at, len(keys)) for at in places], rows.query.order_by


def test_a_row_that_is_not_in_the_list_is_nowhere(many, request_of_owner):
    rows = list_with(admin.site._registry[MentorProfile], request_of_owner, "status__exact=applied").queryset

    assert _anywhere(rows, MentorProfile.objects.exclude(status="applied").first().pk) is None


def test_the_database_reads_an_index_for_one_row_in_each_direction():
    names = [f"zymurgy {number:05}" for number in range(5000)]
    Skill.objects.bulk_create(Skill(name=name, key=name, field="brewing") for name in names)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE accounts_skill")
    rows = Skill.objects.filter(field="brewing").order_by("key", "pk")

    with CaptureQueriesContext(connection) as queries:
        place = _anywhere(rows, Skill.objects.get(key=names[4000]).pk)[2]

    assert place == 4001
    # The row, the one before, and the one after.
    single = [query["sql"] for query in queries if "LIMIT 1" in query["sql"]]
    assert len(single) == 3
    for sql in single:
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN {sql}")
            plan = "\n".join(line for (line,) in cursor.fetchall())
        assert "Index Scan" in plan, plan
        assert "Seq Scan" not in plan, plan
    assert not any(" OVER " in query["sql"] for query in queries)
