"""The zone where a person is at a moment: at home, or on a journey."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from accounts.clock import Clock, is_one_clock

BERLIN, TOKYO, NEW_YORK, OSLO = (
    ZoneInfo(name) for name in ("Europe/Berlin", "Asia/Tokyo", "America/New_York", "Europe/Oslo")
)
FIRST, LAST = date(2026, 12, 5), date(2026, 12, 10)


def in_utc(day: int, hour: int) -> datetime:
    return datetime(2026, 12, day, hour, tzinfo=UTC)


@pytest.mark.parametrize(
    ("there", "at", "zone"),
    [
        # Berlin is at UTC+1, Tokyo at UTC+9, New York at UTC-5.
        (TOKYO, in_utc(4, 12), BERLIN),
        (TOKYO, in_utc(5, 12), TOKYO),
        (TOKYO, in_utc(10, 12), TOKYO),
        (TOKYO, in_utc(11, 12), BERLIN),
        # The evening before is at home, although the first day has begun there.
        (TOKYO, in_utc(4, 18), BERLIN),
        (TOKYO, in_utc(4, 23), TOKYO),
        # The last day is over there, and not yet at home.
        (TOKYO, in_utc(10, 18), BERLIN),
        # The last evening is there, although the next day has begun at home.
        (NEW_YORK, in_utc(11, 1), NEW_YORK),
        (NEW_YORK, in_utc(11, 6), BERLIN),
        # The first day has begun at home, and not yet there.
        (NEW_YORK, in_utc(5, 1), BERLIN),
        (NEW_YORK, in_utc(5, 6), NEW_YORK),
    ],
)
def test_a_journey_lasts_from_its_first_to_its_last_day_by_the_clock_there(there, at, zone):
    assert Clock(BERLIN, ((FIRST, LAST, there),)).zone_at(at) == zone


def test_the_second_journey_follows_the_first():
    clock = Clock(BERLIN, ((FIRST, date(2026, 12, 7), TOKYO), (date(2026, 12, 8), LAST, NEW_YORK)))

    assert [clock.zone_on(date(2026, 12, day)) for day in (4, 5, 7, 8, 10, 11)] == [
        *(BERLIN, TOKYO, TOKYO, NEW_YORK, NEW_YORK, BERLIN)
    ]
    assert [clock.zone_at(in_utc(day, 14)) for day in (4, 6, 9, 12)] == [BERLIN, TOKYO, NEW_YORK, BERLIN]


def test_clocks_show_the_same_until_one_travels():
    here, there = Clock(OSLO), Clock(BERLIN, ((FIRST, LAST, TOKYO),))

    assert is_one_clock([in_utc(4, 12)], here, there)
    assert not is_one_clock([in_utc(4, 12), in_utc(6, 12)], here, there)
