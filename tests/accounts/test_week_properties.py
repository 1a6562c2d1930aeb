"""Free time in UTC, compared with the clock on the wall: for any windows and zone, and across clock changes."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from accounts.clock import Clock
from accounts.week import (
    QUARTER,
    QUARTERS_PER_WEEK,
    Exceptions,
    free_between,
    joined,
    start_of,
    weekly_quarter_hours,
)

MINUTE = timedelta(minutes=1)
ZONES = st.sampled_from(
    ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Auckland"]
).map(ZoneInfo)
# Mondays of usual weeks, and of weeks in which a clock changes.
MONDAYS = st.sampled_from([date(2026, 11, 23), date(2027, 3, 22), date(2026, 10, 26), date(2027, 4, 5)])
# People may write any minute.
WINDOWS = st.lists(
    st.tuples(st.integers(1, 7), st.integers(0, 1439), st.integers(1, 1440)).filter(
        lambda window: window[1] < window[2]
    ),
    max_size=4,
)


def is_free(at, windows, zone) -> bool:
    local = at.astimezone(zone)
    minute = local.hour * 60 + local.minute
    return any(day == local.isoweekday() and start <= minute < end for day, start, end in windows)


@given(WINDOWS, ZONES, MONDAYS, st.integers(-2 * QUARTERS_PER_WEEK // 7, 8 * QUARTERS_PER_WEEK // 7))
def test_a_quarter_hour_is_free_if_each_of_its_minutes_is(windows, zone, monday, number):
    free = free_between(windows, Clock(zone), monday - timedelta(days=7), monday + timedelta(days=13))
    start = start_of(number, monday)

    each = all(is_free(start + minute * MINUTE, windows, zone) for minute in range(15))

    assert ((start - start_of(0)) // QUARTER in free) == each


@given(WINDOWS, ZONES, MONDAYS)
def test_the_rule_of_the_week_and_the_hours_of_its_days_agree(windows, zone, monday):
    days = free_between(windows, Clock(zone), monday, monday + timedelta(days=6))
    first = (start_of(0, monday) - start_of(0)) // QUARTER

    wrapped = {(quarter - first) % QUARTERS_PER_WEEK for quarter in days}

    bits = weekly_quarter_hours(windows, zone, monday)
    assert wrapped == {quarter for quarter in range(QUARTERS_PER_WEEK) if bits >> quarter & 1}


@given(WINDOWS, ZONES, MONDAYS, st.integers(0, 6))
def test_a_day_away_has_no_free_time_and_others_keep_theirs(windows, zone, monday, number):
    day = monday + timedelta(days=number)

    here = free_between(windows, Clock(zone), monday, monday + timedelta(days=6), but=Exceptions(away=[(day, day)]))

    whole = free_between(windows, Clock(zone), monday, monday + timedelta(days=6))
    assert here == whole - free_between(windows, Clock(zone), day, day)


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(1, 9)).map(lambda span: (span[0], sum(span)))))
def test_joined_spans_hold_the_same_numbers_and_do_not_touch(spans):
    found = joined(spans)

    assert {number for span in found for number in range(*span)} == {
        number for span in spans for number in range(*span)
    }
    assert all(one[1] < other[0] for one, other in pairwise(found))
