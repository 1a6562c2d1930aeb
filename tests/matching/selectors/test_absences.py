"""Absences by date: a mentor who is away is not proposed, and the hours of these days do not count."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Absence
from matching.selectors.snapshot import current_community
from matching.selectors.suggestions import broken_rules
from tests.factories import NOW, HelpRequestFactory, MentorFactory

pytestmark = pytest.mark.django_db
TODAY = NOW.date()  # a Monday


def away(mentor, first, last):
    """Let a mentor be away from ``first`` to ``last``, in days from today."""
    Absence.objects.create(
        profile=mentor.user.profile, from_on=TODAY + timedelta(days=first), until_on=TODAY + timedelta(days=last)
    )


def rules(mentor, *, now=NOW):
    return broken_rules(HelpRequestFactory(), [mentor.user_id], now=now)[mentor.user_id]


@pytest.mark.parametrize(("first", "last"), [(0, 4), (-30, 4), (0, 30), (-2, 400)])
def test_a_mentor_who_cannot_answer_in_time_is_away(first, last):
    mentor = MentorFactory()
    away(mentor, first, last)

    assert rules(mentor) == ("away",)


@pytest.mark.parametrize(("first", "last"), [(0, 3), (1, 4), (5, 90), (-9, -1)])
def test_a_mentor_who_is_there_on_one_of_the_next_five_days_is_not_away(first, last):
    mentor = MentorFactory()
    away(mentor, first, last)

    assert rules(mentor) == ()


def test_two_absences_in_a_row_count_as_one():
    mentor = MentorFactory()
    away(mentor, 0, 1)
    away(mentor, 2, 9)

    assert rules(mentor) == ("away",)


def test_an_absence_ends_with_its_last_day():
    mentor = MentorFactory()
    away(mentor, 0, 9)

    assert rules(mentor, now=NOW + timedelta(days=10)) == ()


def hours(mentor):
    with current_community(now=NOW, among=[mentor.user_id]) as community:
        return community.table.mentor(0).hours


@pytest.mark.parametrize(("first", "last", "counts"), [(8, 8, True), (1, 8, False), (1, 1, True), (1, 7, True)])
def test_a_weekday_counts_if_the_mentor_is_there_on_one_of_the_next_two(first, last, counts):
    mentor = MentorFactory()
    mentor.user.profile.availability.create(weekday=2, start_minute=600, end_minute=720)
    away(mentor, first, last)

    assert bool(hours(mentor)) == counts


def test_a_mentor_without_stated_hours_stays_without_them():
    mentor = MentorFactory()
    away(mentor, 1, 8)

    assert hours(mentor) is None


def in_the_copy(mentor, now):
    with current_community(now=now) as community:
        return community.table.mentor(community.table.row_of(mentor.user_id)).is_away


@pytest.mark.django_db(transaction=True)
def test_the_copy_of_the_community_notices_an_absence_that_is_entered_changed_and_removed():
    mentor = MentorFactory()
    seen = [in_the_copy(mentor, NOW)]
    away(mentor, 0, 9)
    seen.append(in_the_copy(mentor, NOW))
    Absence.objects.update(until_on=TODAY)
    seen.append(in_the_copy(mentor, NOW))
    Absence.objects.update(until_on=TODAY + timedelta(days=9))
    seen.append(in_the_copy(mentor, NOW))
    Absence.objects.all().delete()
    seen.append(in_the_copy(mentor, NOW))

    assert seen == [False, True, False, True, False]


@pytest.mark.django_db(transaction=True)
def test_the_copy_of_the_community_notices_that_an_absence_begins_and_ends():
    mentor = MentorFactory()
    away(mentor, 1, 5)

    assert [in_the_copy(mentor, NOW + timedelta(days=day)) for day in (0, 1, 2)] == [False, True, False]


def test_an_absence_cannot_end_before_it_begins():
    with pytest.raises(IntegrityError, match="absence_ends_after_it_begins"), transaction.atomic():
        away(MentorFactory(), 2, 1)
