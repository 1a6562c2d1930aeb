"""Hours in common: the coming week, both zones, absences, clock changes."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from accounts.models import Absence, Availability, Block, Profile
from mentorship.selectors.common_hours import common_hours
from tests.factories import MentorshipFactory, UserFactory

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
MON, TUE, WED, SUN = 1, 2, 3, 7


def person(zone: str, *windows: tuple[int, int, int]) -> Profile:
    """Return a profile with windows of weekday, first hour and last hour."""
    profile = UserFactory(profile__timezone=zone).profile
    for weekday, start, end in windows:
        Availability.objects.create(profile=profile, weekday=weekday, start_minute=start * 60, end_minute=end * 60)
    return profile


def starts(mine: Profile, theirs: Profile, now: datetime = MONDAY) -> list[datetime]:
    return common_hours(mine, theirs, now=now).starts_at


def test_windows_in_two_zones_are_compared_at_the_same_moment():
    berlin = person("Europe/Berlin", (TUE, 18, 22))
    new_york = person("America/New_York", (TUE, 12, 14))

    hours = common_hours(berlin, new_york, now=MONDAY)

    assert hours.starts_at == [datetime(2026, 11, 24, hour, tzinfo=UTC) for hour in (17, 18)]
    assert not hours.is_one_clock


def test_hours_are_spread_over_days_before_a_day_gives_two():
    one = person("Europe/Berlin", (TUE, 9, 12), (WED, 9, 12))
    other = person("Europe/Berlin", (TUE, 9, 12), (WED, 9, 12))

    assert starts(one, other) == [
        datetime(2026, 11, day, hour, tzinfo=UTC) for day, hour in [(24, 8), (24, 9), (25, 8)]
    ]


def test_a_day_of_absence_has_no_hours():
    one = person("Europe/Berlin", (TUE, 9, 12), (WED, 9, 10))
    other = person("Europe/Berlin", (TUE, 9, 12), (WED, 9, 10))
    Absence.objects.create(profile=other, from_on=date(2026, 11, 24), until_on=date(2026, 11, 24))

    assert starts(one, other) == [datetime(2026, 11, 25, 8, tzinfo=UTC)]


def test_an_hour_that_is_too_near_is_left_out():
    one, other = person("UTC", (MON, 7, 24)), person("UTC", (MON, 7, 24))

    first, *_ = starts(one, other)

    assert first == MONDAY + timedelta(hours=12)


def test_an_hour_later_than_a_week_is_left_out():
    one, other = person("UTC", (MON, 4, 6)), person("UTC", (MON, 4, 6))

    assert starts(one, other) == [datetime(2026, 11, 30, hour, tzinfo=UTC) for hour in (4, 5)]
    assert starts(one, other, now=datetime(2026, 11, 23, 0, 30, tzinfo=UTC)) == []


def test_a_window_in_two_parts_around_midnight_is_one():
    one, other = person("UTC", (TUE, 23, 24), (WED, 0, 1)), person("UTC", (TUE, 23, 24), (WED, 0, 1))
    Availability.objects.update(start_minute=0, end_minute=30)
    for profile in (one, other):
        Availability.objects.filter(profile=profile, weekday=TUE).update(start_minute=23 * 60 + 30, end_minute=24 * 60)

    assert starts(one, other) == [datetime(2026, 11, 24, 23, 30, tzinfo=UTC)]


def test_less_than_an_hour_in_common_is_none():
    one, other = person("Asia/Kolkata", (TUE, 9, 10)), person("Europe/Berlin", (TUE, 5, 6))

    hours = common_hours(one, other, now=MONDAY)

    assert hours.starts_at == []
    assert hours.stated


def test_a_clock_change_moves_the_local_hour():
    """Clocks in Berlin go forward on 28 March 2027; New York changed two weeks before."""
    berlin, new_york = person("Europe/Berlin", (SUN, 18, 19)), person("America/New_York", (SUN, 12, 13))

    assert starts(berlin, new_york, now=datetime(2027, 3, 22, 12, tzinfo=UTC)) == [
        datetime(2027, 3, 28, 16, tzinfo=UTC)
    ]
    assert starts(berlin, new_york, now=datetime(2027, 3, 15, 12, tzinfo=UTC)) == []


@pytest.mark.parametrize("now", [MONDAY, datetime(2027, 3, 22, 6, tzinfo=UTC), datetime(2026, 10, 26, 6, tzinfo=UTC)])
def test_both_directions_name_the_same_hours(now):
    """In the second week clocks change in Berlin, in the third in New York."""
    days = [(day, 12, 20) for day in (TUE, WED, SUN)]
    one, other = person("Europe/Berlin", *days), person("America/New_York", *days)

    mine = common_hours(one, other, now=now, count=99)
    theirs = common_hours(other, one, now=now, count=99)

    assert mine.starts_at == theirs.starts_at != []


def test_two_windows_that_touch_within_a_quarter_are_one(now):
    one, other = person("UTC", (TUE, 9, 10)), person("UTC", (TUE, 9, 10))
    for profile in (one, other):
        profile.availability.update(start_minute=535, end_minute=560)
        profile.availability.create(weekday=TUE, start_minute=560, end_minute=605)

    assert starts(one, other) == [datetime(2026, 11, 24, 9, tzinfo=UTC)]


def test_a_person_without_weekly_time_has_not_stated_it():
    one, other = person("UTC", (TUE, 9, 10)), person("UTC")

    assert not common_hours(one, other, now=MONDAY).stated


@pytest.mark.parametrize("windows", [1, 3])
def test_the_number_of_queries_does_not_grow(windows, django_assert_num_queries):
    days = [(day, 9, 12) for day in range(1, windows + 1)]
    one, other = (Profile.objects.get(pk=person("UTC", *days).pk) for _ in range(2))

    with django_assert_num_queries(4):
        common_hours(one, other, now=MONDAY)


def test_the_api_names_the_hours_unless_the_two_are_kept_apart(api, alice, bob):
    mentorship = MentorshipFactory(goal__mentee=alice, mentor=bob.mentor)
    for someone in (alice, bob):
        for weekday in range(1, 8):
            Availability.objects.create(profile=someone.profile, weekday=weekday, start_minute=0, end_minute=1440)
    address = f"/api/v1/mentorships/{mentorship.uuid}/common-hours/"

    answer = api(alice).get(address)
    assert (len(answer.json()["starts_at"]), answer.json()["stated"]) == (3, True)

    Block.objects.create(blocker=bob, blocked=alice)
    assert api(alice).get(address).status_code == 409
