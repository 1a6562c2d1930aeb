"""Suggested times: exceptions by date, bookings, busy times, daylight, quiet hours, and both clocks."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from accounts.models import (
    Absence,
    Availability,
    Block,
    BusyCalendar,
    BusyTime,
    ExtraHours,
    Profile,
    Travel,
)
from mentorship.selectors.suggested_times import suggested_times
from tests.factories import MentorshipFactory, SessionFactory, UserFactory

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
MON, TUE, WED, SUN = 1, 2, 3, 7
BERLIN, NEW_YORK = "Europe/Berlin", "America/New_York"


def person(zone: str, *windows: tuple[int, int, int], **fields: object) -> Profile:
    """Return a profile with windows of weekday, first hour and last hour."""
    profile = UserFactory(profile__timezone=zone, **{f"profile__{name}": fields[name] for name in fields}).profile
    for weekday, start, end in windows:
        Availability.objects.create(profile=profile, weekday=weekday, start_minute=start * 60, end_minute=end * 60)
    return profile


def starts(mine: Profile, theirs: Profile, *, now: datetime = MONDAY, minutes: int = 60, **more) -> list[datetime]:
    return suggested_times(mine, theirs, minutes=minutes, now=now, **more).starts_at


def utc(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026 if month > 6 else 2027, month, day, hour, minute, tzinfo=UTC)


def calendar_of(profile: Profile, *busy: tuple[datetime, datetime], read_at: datetime = MONDAY) -> BusyCalendar:
    calendar = BusyCalendar.objects.create(profile=profile, sealed_address="x", read_at=read_at, tried_at=read_at)
    BusyTime.objects.bulk_create(BusyTime(calendar=calendar, starts_at=start, ends_at=end) for start, end in busy)
    return calendar


def test_times_lie_in_the_weekly_time_of_both_in_the_next_three_weeks():
    berlin, new_york = person(BERLIN, (TUE, 16, 19)), person(NEW_YORK, (TUE, 12, 13))

    assert starts(berlin, new_york) == [utc(11, 24, 17), utc(12, 1, 17), utc(12, 8, 17)]


def test_a_time_within_a_day_is_too_near():
    one, other = person("UTC", (TUE, 5, 9)), person("UTC", (TUE, 5, 9))

    assert min(starts(one, other)) >= MONDAY + timedelta(days=1)


def test_a_clock_change_in_one_zone_moves_the_times_in_the_other():
    """Clocks in Berlin go forward on 28 March 2027; New York changed two weeks before."""
    berlin, new_york = person(BERLIN, (SUN, 18, 19)), person(NEW_YORK, (SUN, 12, 13))

    assert starts(berlin, new_york, now=utc(3, 10, 12)) == [utc(3, 28, 16)]


def test_a_week_gets_four_times_at_most_each_on_another_day_if_possible():
    days = [(day, 9, 17) for day in range(1, 8)]

    found = starts(person("UTC", *days), person("UTC", *days))

    weeks = [at.isocalendar().week for at in found]
    assert len(found) == 10
    assert len({at.date() for at in found}) == 10
    assert max(weeks.count(week) for week in weeks) == 4


def test_times_of_one_day_are_two_hours_apart():
    found = starts(person("UTC", (TUE, 9, 14)), person("UTC", (TUE, 9, 14)))

    assert [at.hour for at in found if at.day == 24] in ([9, 11, 13], [13, 11, 9])


def test_days_away_have_no_times_unless_extra_hours_are_stated():
    one, other = person("UTC", (TUE, 9, 10), (WED, 9, 10)), person("UTC", (TUE, 9, 10), (WED, 9, 10))
    Absence.objects.create(profile=other, from_on=date(2026, 11, 23), until_on=date(2026, 12, 31))
    ExtraHours.objects.create(profile=other, free_on=date(2026, 12, 1), start_minute=540, end_minute=600)

    assert starts(one, other) == [utc(12, 1, 9)]


def test_extra_hours_of_a_day_are_by_the_clock_of_that_day():
    one, other = person("UTC", (SUN, 10, 20)), person(NEW_YORK, (MON, 9, 10))
    ExtraHours.objects.create(profile=other, free_on=date(2026, 11, 29), start_minute=9 * 60, end_minute=10 * 60)

    assert starts(one, other) == [utc(11, 29, 14)]


def test_weekly_time_follows_the_clock_of_a_zone_for_a_while():
    one, other = person("UTC", (TUE, 0, 24)), person(BERLIN, (TUE, 9, 10))
    Travel.objects.create(
        profile=other, from_on=date(2026, 11, 28), until_on=date(2026, 12, 5), timezone="Asia/Kolkata"
    )

    assert starts(one, other) == [utc(11, 24, 8), utc(12, 1, 3, 30), utc(12, 8, 8)]


@pytest.mark.parametrize("busy_side", [0, 1])
def test_a_booking_of_either_takes_its_time_with_the_buffer(busy_side):
    sides = [person("UTC", (TUE, 9, 13)), person("UTC", (TUE, 9, 13))]
    Profile.objects.filter(pk=sides[busy_side].pk).update(buffer_minutes=30)
    sides[busy_side].refresh_from_db()
    mentorship = MentorshipFactory(goal__mentee=sides[busy_side].user)
    SessionFactory(mentorship=mentorship, status="confirmed", starts_at=utc(11, 24, 10, 30))

    found = [at for at in starts(*sides) if at.day == 24]

    assert set(found) <= {utc(11, 24, 9), utc(11, 24, 12)}
    assert len(found) == 2


def test_a_session_can_move_into_its_present_time_but_not_to_its_present_start():
    one, other = person("UTC", (TUE, 9, 10)), person("UTC", (TUE, 9, 10))
    mentorship = MentorshipFactory(goal__mentee=one.user)
    session = SessionFactory(mentorship=mentorship, status="confirmed", starts_at=utc(11, 24, 9))

    assert [at for at in starts(one, other, minutes=30) if at.day == 24] == []
    assert [at for at in starts(one, other, minutes=30, moved=session) if at.day == 24] == [utc(11, 24, 9, 30)]


def test_a_busy_time_touches_whole_quarter_hours():
    one, other = person("UTC", (TUE, 9, 11)), person("UTC", (TUE, 9, 11))
    calendar_of(other, (utc(11, 24, 9, 50), utc(11, 24, 9, 55)))

    assert [at for at in starts(one, other, minutes=60) if at.day == 24] == [utc(11, 24, 10)]


def test_a_calendar_that_was_not_read_for_a_day_is_said_and_its_busy_times_still_count():
    one, other = person("UTC", (TUE, 9, 10)), person("UTC", (TUE, 9, 10))
    calendar_of(other, (utc(11, 24, 9), utc(11, 24, 10)), read_at=MONDAY - timedelta(hours=25))

    found = suggested_times(one, other, minutes=60, now=MONDAY)

    assert (found.is_mine_old, found.is_theirs_old) == (False, True)
    assert found.starts_at == [utc(12, 1, 9), utc(12, 8, 9)]


def test_a_person_without_weekly_time_is_assumed_to_have_time_on_workdays():
    one, other = person("UTC", (TUE, 6, 22), (SUN, 6, 22)), person(BERLIN)

    found = suggested_times(one, other, minutes=30, now=MONDAY)

    assert (found.is_mine_assumed, found.is_theirs_assumed) == (False, True)
    assert {at.isoweekday() for at in found.starts_at} == {TUE}
    assert all(9 <= at.astimezone(ZoneInfo(BERLIN)).hour < 18 for at in found.starts_at)


def test_workdays_that_never_meet_are_widened():
    """Nine to six in Berlin is midnight to nine in San Francisco."""
    found = suggested_times(person(BERLIN), person("America/Los_Angeles"), minutes=60, now=MONDAY)

    clocks = [
        (at.astimezone(ZoneInfo(BERLIN)).hour, at.astimezone(ZoneInfo("America/Los_Angeles")).hour)
        for at in found.starts_at
    ]
    assert clocks
    assert all(7 <= hour < 22 for pair in clocks for hour in pair)


def test_daylight_comes_before_night():
    one, other = person("UTC", (TUE, 4, 24)), person("UTC", (TUE, 4, 24))

    assert all(8 <= at.hour <= 19 for at in starts(one, other))


def test_a_night_is_suggested_if_there_is_nothing_else():
    one, other = person("UTC", (TUE, 22, 23)), person("UTC", (TUE, 22, 23))

    assert [at.hour for at in starts(one, other)] == [22, 22, 22]


def test_quiet_hours_are_avoided():
    one = person("UTC", (TUE, 9, 12), (WED, 15, 16))
    other = person("UTC", (TUE, 9, 12), (WED, 15, 16), quiet_from_minute=8 * 60, quiet_until_minute=12 * 60)

    first = suggested_times(one, other, minutes=60, now=MONDAY).starts_at

    # The other days come after all that are outside of them, and within the four of a week.
    assert {utc(11, 25, 15), utc(12, 2, 15), utc(12, 9, 15)} <= set(first)


def test_two_in_kathmandu_meet_at_full_hours_of_their_clock():
    one, other = person("Asia/Kathmandu", (TUE, 9, 10)), person("Asia/Kathmandu", (TUE, 9, 10))

    assert starts(one, other)[0].astimezone(ZoneInfo("Asia/Kathmandu")).strftime("%H:%M") == "09:00"


@pytest.mark.parametrize("rows", [1, 3])
def test_the_number_of_queries_does_not_grow(rows, django_assert_num_queries):
    one, other = (person("UTC", *[(day, 9, 12) for day in range(1, rows + 1)]) for _ in range(2))
    for side in (one, other):
        calendar_of(side, *[(utc(11, day, 9), utc(11, day, 10)) for day in range(24, 24 + rows)])
    one, other = (Profile.objects.get(pk=side.pk) for side in (one, other))

    with django_assert_num_queries(7):
        suggested_times(one, other, minutes=30, now=MONDAY)


def test_the_api_suggests_times_unless_the_two_are_kept_apart(api, alice, bob):
    mentorship = MentorshipFactory(goal__mentee=alice, mentor=bob.mentor)
    address = f"/api/v1/mentorships/{mentorship.uuid}/suggested-times/"

    answer = api(alice).get(address, {"minutes": 45}).json()
    assert (len(answer["starts_at"]), answer["is_mine_assumed"], answer["is_theirs_old"]) == (10, True, False)

    Block.objects.create(blocker=bob, blocked=alice)
    assert api(alice).get(address).status_code == 409


@pytest.mark.parametrize("minutes", ["", "5", "241", "soon"])
def test_the_api_refuses_a_length_that_no_session_has(minutes, api, alice, bob):
    mentorship = MentorshipFactory(goal__mentee=alice, mentor=bob.mentor)

    answer = api(alice).get(f"/api/v1/mentorships/{mentorship.uuid}/suggested-times/", {"minutes": minutes})

    assert answer.status_code == 400
