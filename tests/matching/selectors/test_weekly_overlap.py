"""The hours of a usual week in which two people both have time."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from matching.selectors.weekly_overlap import weekly_overlap
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def free(zone: str, *windows: tuple[int, int, int]):
    """Return the profile of a person in ``zone`` who is free in these windows: weekday, first hour, last hour."""
    profile = UserFactory(profile__timezone=zone).profile
    for weekday, start, end in windows:
        profile.availability.create(weekday=weekday, start_minute=start * 60, end_minute=end * 60)
    return profile


def at(day: int, hour: int) -> datetime:
    return datetime(2026, 11, day, hour, tzinfo=UTC)


def test_common_windows_are_those_of_both_clocks(now):
    berlin, new_york = free("Europe/Berlin", (1, 17, 20), (3, 9, 12)), free("America/New_York", (1, 8, 13))

    overlap = weekly_overlap(berlin, new_york, now=now)

    assert overlap.windows == ((at(23, 16), at(23, 18)),)
    assert (overlap.hours, overlap.stated, overlap.is_one_clock) == (2.0, True, False)


def test_a_window_through_the_end_of_the_utc_week_is_one(now):
    los_angeles = free("America/Los_Angeles", (7, 14, 20))

    overlap = weekly_overlap(los_angeles, los_angeles, now=now)

    assert overlap.windows == ((at(29, 22), datetime(2026, 11, 30, 4, tzinfo=UTC)),)


def test_two_zones_may_have_the_same_clock(now):
    overlap = weekly_overlap(free("Europe/Berlin", (1, 17, 20)), free("Europe/Rome", (1, 18, 21)), now=now)

    assert overlap.is_one_clock


def test_a_person_who_states_no_hours_shares_none(now):
    overlap = weekly_overlap(free("Europe/Berlin", (1, 17, 20)), free("Europe/Berlin"), now=now)

    assert (overlap.stated, overlap.windows) == (False, ())
