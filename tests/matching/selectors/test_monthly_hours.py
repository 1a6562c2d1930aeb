"""Hours of the month: sessions held and booked count, and a mentor who has spent them is not proposed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction

from matching.selectors.snapshot import current_community
from matching.selectors.suggestions import broken_rules
from mentorship.models import Session
from mentorship.services.sessions.take import book
from tests.factories import NOW, HelpRequestFactory, MentorFactory, SessionFactory

pytestmark = pytest.mark.django_db

NEXT_MONTH = datetime(2026, 12, 1, 9, tzinfo=UTC)


@pytest.fixture
def mentor():
    return MentorFactory(capacity=9, monthly_hours=1)


def session(mentor, **fields):
    return SessionFactory(**({"mentorship__mentor": mentor, "status": "confirmed", "minutes": 60} | fields))


def change(row, **fields):
    """Change a session together with its bookings, as the database demands."""
    with transaction.atomic():
        Session.objects.filter(pk=row.pk).update(**fields)
        row.refresh_from_db()
        book(row, row.starts_at)


def rules(mentor, *, now=NOW):
    return broken_rules(HelpRequestFactory(), [mentor.user_id], now=now)[mentor.user_id]


@pytest.mark.parametrize("status", ["confirmed", "held"])
def test_sessions_held_and_booked_this_month_count(status, mentor):
    session(mentor, status=status)

    assert rules(mentor) == ("hours_spent",)


def test_minutes_of_several_sessions_add_up(mentor):
    first = session(mentor, minutes=40)
    assert rules(mentor) == ()

    SessionFactory(mentorship=first.mentorship, status="held", minutes=20, starts_at=NOW + timedelta(days=1))
    assert rules(mentor) == ("hours_spent",)


@pytest.mark.parametrize(
    "fields",
    [
        {"status": "proposed"},
        {"status": "cancelled"},
        {"status": "missed_by_mentee"},
        {"starts_at": NEXT_MONTH},
        {"starts_at": datetime(2026, 10, 31, 23, tzinfo=UTC)},
        {"minutes": 59},
    ],
)
def test_other_sessions_do_not_spend_the_hours(fields, mentor):
    session(mentor, **fields)

    assert rules(mentor) == ()


def test_sessions_in_which_the_mentor_is_the_mentee_do_not_count(mentor):
    session(MentorFactory(), mentorship__goal__mentee=mentor.user)

    assert rules(mentor) == ()


def test_a_mentor_who_states_no_hours_has_no_limit(mentor):
    mentor.monthly_hours = 0
    mentor.save()
    session(mentor, minutes=240)

    assert rules(mentor) == ()


def test_the_next_month_has_its_own_hours(mentor):
    session(mentor)

    assert rules(mentor, now=NEXT_MONTH) == ()


def in_the_copy(mentor, now=NOW):
    with current_community(now=now) as community:
        return community.table.mentor(community.table.row_of(mentor.user_id)).booked_minutes


@pytest.mark.django_db(transaction=True)
def test_the_copy_of_the_community_notices_sessions_that_come_change_and_go(mentor):
    seen = [in_the_copy(mentor)]
    row = session(mentor)
    seen.append(in_the_copy(mentor))
    change(row, minutes=90)
    seen.append(in_the_copy(mentor))
    change(row, starts_at=NEXT_MONTH)
    seen.append(in_the_copy(mentor))
    change(row, starts_at=NOW + timedelta(hours=1), status="held")
    seen.append(in_the_copy(mentor))
    with transaction.atomic():
        row.bookings.all().delete()
        row.delete()
    seen.append(in_the_copy(mentor))

    assert seen == [0, 60, 90, 0, 90, 0]


@pytest.mark.django_db(transaction=True)
def test_the_copy_of_the_community_notices_a_new_month(mentor):
    session(mentor, starts_at=datetime(2026, 11, 30, 10, tzinfo=UTC))

    assert [in_the_copy(mentor, NEXT_MONTH + timedelta(days=day)) for day in (-1, 0)] == [60, 0]
