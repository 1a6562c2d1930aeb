"""Own times by the clock of a reader, also where the clock changes."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from accounts.moments import SkippedByTheClock, moment_of

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("day", "clock", "zone", "moment"),
    [
        (date(2027, 3, 27), time(2, 30), "Europe/Berlin", datetime(2027, 3, 27, 1, 30, tzinfo=UTC)),
        (date(2027, 7, 1), time(18), "Europe/Berlin", datetime(2027, 7, 1, 16, tzinfo=UTC)),
        (date(2027, 7, 1), time(0), "Pacific/Kiritimati", datetime(2027, 6, 30, 10, tzinfo=UTC)),
        (date(2027, 3, 28), time(3), "Europe/Berlin", datetime(2027, 3, 28, 1, tzinfo=UTC)),
    ],
)
def test_a_clock_shows_a_time_at_one_moment(day, clock, zone, moment):
    assert moment_of(day, clock, ZoneInfo(zone)) == (moment, False)


@pytest.mark.parametrize(
    ("day", "clock", "zone"),
    [
        (date(2027, 3, 28), time(2), "Europe/Berlin"),
        (date(2027, 3, 28), time(2, 59), "Europe/Berlin"),
        # The clock of Lord Howe jumps over half an hour.
        (date(2027, 10, 3), time(2, 15), "Australia/Lord_Howe"),
    ],
)
def test_a_time_that_the_clock_jumps_over_is_none(day, clock, zone):
    with pytest.raises(SkippedByTheClock):
        moment_of(day, clock, ZoneInfo(zone))


@pytest.mark.parametrize(
    ("day", "clock", "zone", "moment"),
    [
        (date(2027, 10, 31), time(2, 30), "Europe/Berlin", datetime(2027, 10, 31, 0, 30, tzinfo=UTC)),
        (date(2027, 4, 4), time(1, 45), "Australia/Lord_Howe", datetime(2027, 4, 3, 14, 45, tzinfo=UTC)),
    ],
)
def test_the_first_of_two_is_taken_where_a_time_comes_twice(day, clock, zone, moment):
    assert moment_of(day, clock, ZoneInfo(zone)) == (moment, True)


def test_the_ends_of_the_calendar_have_no_moment():
    with pytest.raises(OverflowError):
        moment_of(date(1, 1, 1), time(0), ZoneInfo("Asia/Tokyo"))
