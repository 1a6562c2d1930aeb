"""Due times of messages: clocks that skip and repeat, zones at the edge, and facts that are over."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.notifications.schedule import Before, OnClock, due_at, end_of_quiet, instant_of

BERLIN, LORD_HOWE = ZoneInfo("Europe/Berlin"), ZoneInfo("Australia/Lord_Howe")
KIRITIMATI, KOLKATA, APIA = ZoneInfo("Pacific/Kiritimati"), ZoneInfo("Asia/Kolkata"), ZoneInfo("Pacific/Apia")
MONDAY_9 = OnClock(time(9), weekday=1)


def wall(words: str) -> datetime:
    return datetime.fromisoformat(words)


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


@pytest.mark.parametrize(
    ("on_clock", "zone", "instant"),
    [
        (wall("2026-07-01 09:00"), BERLIN, utc(2026, 7, 1, 7)),
        # The clock skips from 02:00 to 03:00, so 02:30 means 03:30.
        (wall("2026-03-29 02:30"), BERLIN, utc(2026, 3, 29, 1, 30)),
        # The clock goes back from 03:00 to 02:00. The first 02:30 counts.
        (wall("2026-10-25 02:30"), BERLIN, utc(2026, 10, 25, 0, 30)),
        # The clock skips half an hour, from 02:00 to 02:30.
        (wall("2026-10-04 02:15"), LORD_HOWE, utc(2026, 10, 3, 15, 45)),
        (wall("2026-11-30 09:00"), KIRITIMATI, utc(2026, 11, 29, 19)),
        (wall("2026-11-30 09:00"), KOLKATA, utc(2026, 11, 30, 3, 30)),
    ],
)
def test_a_wall_time_is_one_instant(on_clock, zone, instant):
    assert instant_of(on_clock, zone) == instant


def test_an_hour_that_repeats_means_the_second_once_the_first_is_over():
    half_past_two = wall("2026-10-25 02:30")

    assert instant_of(half_past_two, BERLIN, after=utc(2026, 10, 25, 0, 45)) == utc(2026, 10, 25, 1, 30)


def test_before_counts_elapsed_hours_across_a_change_of_clocks():
    session = utc(2026, 3, 30, 8)

    due = due_at(Before(timedelta(hours=72)), now=utc(2026, 3, 1), zone=BERLIN, fact_at=session)

    assert due == utc(2026, 3, 27, 8)


def test_a_time_in_the_past_is_due_now():
    now, session = utc(2026, 3, 29), utc(2026, 3, 30, 8)

    assert due_at(Before(timedelta(hours=72)), now=now, zone=BERLIN, fact_at=session) == now


@pytest.mark.parametrize("rule", [Before(timedelta(hours=72)), MONDAY_9])
def test_nothing_is_due_once_the_fact_is_over(rule):
    now = utc(2026, 3, 31)

    assert due_at(rule, now=now, zone=BERLIN, fact_at=utc(2026, 3, 30, 8)) is None


def test_before_needs_a_fact():
    with pytest.raises(ValueError, match="fact_at"):
        due_at(Before(timedelta(hours=1)), now=utc(2026, 1, 1), zone=BERLIN)


@pytest.mark.parametrize(
    ("zone", "now", "due"),
    [
        (BERLIN, utc(2026, 11, 26), utc(2026, 11, 30, 8)),
        (BERLIN, utc(2026, 11, 30, 7, 59), utc(2026, 11, 30, 8)),
        (BERLIN, utc(2026, 11, 30, 8), utc(2026, 12, 7, 8)),
        # It is Monday there while it is still Sunday in UTC.
        (KIRITIMATI, utc(2026, 11, 29, 18), utc(2026, 11, 29, 19)),
        (KOLKATA, utc(2026, 11, 26), utc(2026, 11, 30, 3, 30)),
    ],
)
def test_next_monday_at_nine_is_local_time(zone, now, due):
    assert due_at(MONDAY_9, now=now, zone=zone) == due


def test_a_day_that_a_country_skipped_has_a_due_time():
    """Samoa had no 30 December 2011, a Friday."""
    due = due_at(OnClock(time(9), weekday=5), now=utc(2011, 12, 29, 20), zone=APIA)

    assert due == utc(2011, 12, 30, 19)


@settings(deadline=None)
@given(
    st.datetimes(wall("2000-01-01 00:00"), wall("2037-01-01 00:00"), timezones=st.just(UTC)),
    st.sampled_from(sorted(available_timezones())),
    st.times(),
)
def test_the_next_time_on_a_clock_is_ahead_and_at_most_two_days_away(now, zone, at):
    due = due_at(OnClock(at), now=now, zone=ZoneInfo(zone))

    assert now < due <= now + timedelta(days=2)


@pytest.mark.parametrize(
    ("now", "end"),
    [
        (utc(2026, 11, 26, 20, 59), None),
        (utc(2026, 11, 26, 21), wall("2026-11-27 07:00")),
        (utc(2026, 11, 27, 5, 59), wall("2026-11-27 07:00")),
        (utc(2026, 11, 27, 6), None),
    ],
)
def test_quiet_hours_cross_midnight(now, end):
    assert end_of_quiet(22 * 60, 7 * 60, now=now, zone=BERLIN) == end


def test_quiet_hours_within_a_day():
    assert end_of_quiet(9 * 60, 17 * 60, now=utc(2026, 11, 26, 12), zone=BERLIN) == wall("2026-11-26 17:00")
    assert end_of_quiet(9 * 60, 17 * 60, now=utc(2026, 11, 26, 18), zone=BERLIN) is None
