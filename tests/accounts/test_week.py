from datetime import date
from zoneinfo import ZoneInfo

import pytest

from accounts.week import weekly_quarter_hours

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
WINTER, SUMMER = date(2026, 1, 5), date(2026, 7, 6)


def spans(zone, monday, *windows):
    """Return the UTC time of the windows as readable spans: "Mon 17:00-18:00"."""
    hours = weekly_quarter_hours(windows, ZoneInfo(zone), monday)
    free = [quarter for quarter in range(672) if hours >> quarter & 1]
    starts = [quarter for quarter in free if quarter % 96 == 0 or quarter - 1 not in free]
    ends = [quarter + 1 for quarter in free if (quarter + 1) % 96 == 0 or quarter + 1 not in free]
    return [f"{DAYS[a // 96]} {clock(a % 96)}-{clock((b - 1) % 96 + 1)}" for a, b in zip(starts, ends, strict=True)]


def clock(quarter):
    return f"{quarter // 4:02}:{quarter % 4 * 15:02}"


@pytest.mark.parametrize(
    ("zone", "monday", "expected"),
    [
        ("UTC", WINTER, "Tue 18:00-21:00"),
        ("Europe/Berlin", WINTER, "Tue 17:00-20:00"),
        ("Europe/Berlin", SUMMER, "Tue 16:00-19:00"),
        ("Asia/Kolkata", WINTER, "Tue 12:30-15:30"),
        ("Asia/Kathmandu", WINTER, "Tue 12:15-15:15"),
        ("America/St_Johns", SUMMER, "Tue 20:30-23:30"),
    ],
)
def test_an_evening_in_local_time_is_read_in_utc(zone, monday, expected):
    assert spans(zone, monday, (2, 18 * 60, 21 * 60)) == [expected]


def test_a_monday_morning_far_east_wraps_to_sunday():
    assert spans("Pacific/Auckland", SUMMER, (1, 8 * 60, 10 * 60)) == ["Sun 20:00-22:00"]


def test_a_sunday_evening_far_west_wraps_to_monday():
    assert spans("Pacific/Honolulu", WINTER, (7, 20 * 60, 22 * 60)) == ["Mon 06:00-08:00"]


def test_a_window_may_last_until_midnight():
    assert spans("UTC", WINTER, (7, 23 * 60, 1440)) == ["Sun 23:00-24:00"]


def test_windows_before_and_after_a_clock_change_have_their_own_offsets():
    week_of_change = date(2026, 3, 23)

    evenings = spans("Europe/Berlin", week_of_change, (6, 18 * 60, 19 * 60), (7, 18 * 60, 19 * 60))

    assert evenings == ["Sat 17:00-18:00", "Sun 16:00-17:00"]


def test_an_hour_that_the_clock_skips_does_not_count():
    assert spans("Europe/Berlin", date(2026, 3, 23), (7, 60, 4 * 60)) == ["Sun 00:00-02:00"]


def test_an_hour_that_the_clock_repeats_counts_twice():
    assert spans("Europe/Berlin", date(2026, 10, 19), (7, 2 * 60, 3 * 60)) == ["Sun 00:00-02:00"]


def test_a_quarter_hour_must_lie_wholly_within_the_window():
    assert spans("UTC", WINTER, (1, 18 * 60 + 5, 19 * 60 + 10)) == ["Mon 18:15-19:00"]


def test_overlapping_windows_count_once():
    assert spans("UTC", WINTER, (1, 600, 660), (1, 630, 690)) == ["Mon 10:00-11:30"]


def test_no_windows_give_no_hours():
    assert weekly_quarter_hours([], ZoneInfo("UTC"), WINTER) == 0


@pytest.mark.parametrize("window", [(0, 60, 120), (8, 60, 120), (1, -15, 60), (1, 60, 60), (1, 60, 1441)])
def test_an_invalid_window_is_refused(window):
    with pytest.raises(ValueError, match="is no window"):
        weekly_quarter_hours([window], ZoneInfo("UTC"), WINTER)


def test_a_week_begins_on_monday():
    with pytest.raises(ValueError, match="2026-01-06 is not a Monday"):
        weekly_quarter_hours([], ZoneInfo("UTC"), date(2026, 1, 6))
