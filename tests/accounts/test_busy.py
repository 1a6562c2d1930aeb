"""Busy times of a feed: rules and their exceptions, whole days, free and cancelled events, and feeds that are wrong."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from accounts import busy
from accounts.busy import CannotRead, busy_times, read_busy_times
from accounts.models import BusyCalendar

FIRST = datetime(2026, 10, 20, tzinfo=UTC)
LAST = FIRST + timedelta(days=14)
BERLIN = ZoneInfo("Europe/Berlin")
HEAD = "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//example.org//test//EN\n"


def feed(*events: str, part: str = "VEVENT") -> bytes:
    parts = [f"BEGIN:{part}\nUID:{number}@example.org\n{event}\nEND:{part}\n" for number, event in enumerate(events)]
    return f"{HEAD}{''.join(parts)}END:VCALENDAR\n".replace("\n", "\r\n").encode()


def busy_in(*events: str, zone: ZoneInfo = BERLIN, part: str = "VEVENT") -> list[str]:
    """Return the busy times as "day hour:minute - day hour:minute" in UTC."""
    found = busy_times(feed(*events, part=part), zone=zone, first=FIRST, last=LAST)
    return [" - ".join(f"{datetime.fromtimestamp(at, UTC):%d %H:%M}" for at in pair) for pair in found]


def test_an_event_is_busy_from_its_start_to_its_end():
    assert busy_in("DTSTART:20261021T100000Z\nDTEND:20261021T113000Z") == ["21 10:00 - 21 11:30"]


def test_a_duration_ends_an_event_as_well():
    assert busy_in("DTSTART:20261021T100000Z\nDURATION:PT45M") == ["21 10:00 - 21 10:45"]


def test_an_event_without_an_end_takes_no_time():
    assert busy_in("DTSTART:20261021T100000Z") == []


def test_a_rule_keeps_its_hour_across_a_clock_change():
    """Clocks in Berlin go back on 25 October 2026."""
    event = "DTSTART;TZID=Europe/Berlin:20261022T180000\nDURATION:PT1H\nRRULE:FREQ=WEEKLY"

    assert busy_in(event) == ["22 16:00 - 22 17:00", "29 17:00 - 29 18:00"]


@pytest.mark.parametrize(
    ("event", "found"),
    [
        ("DTSTART;TZID=Europe/Berlin:20261025T013000\nDURATION:PT3H", ["24 23:30 - 25 02:30"]),
        ("DTSTART;TZID=Europe/Berlin:20261024T220000\nDURATION:P1D", ["24 20:00 - 25 21:00"]),
        ("DTSTART;TZID=Europe/Berlin:20261024T220000\nDURATION:P1DT1H", ["24 20:00 - 25 22:00"]),
        (
            "DTSTART;TZID=Europe/Berlin:20261024T220000\nDTEND;TZID=Europe/Berlin:20261025T060000",
            ["24 20:00 - 25 05:00"],
        ),
        (
            "DTSTART;TZID=Europe/Berlin:20261017T220000\nDTEND;TZID=Europe/Berlin:20261018T060000\n"
            "RRULE:FREQ=WEEKLY;COUNT=2",
            ["24 20:00 - 25 04:00"],
        ),
        (
            "DTSTART;TZID=Europe/Berlin:20261017T220000\nDURATION:PT1H\n"
            "RDATE;VALUE=PERIOD;TZID=Europe/Berlin:20261024T220000/PT8H",
            ["24 20:00 - 25 04:00"],
        ),
        # Clocks in New York go back on 1 November. Without a zone it is on the clock of the owner in Berlin.
        ("DTSTART;TZID=America/New_York:20261101T003000\nDURATION:PT2H", ["01 04:30 - 01 06:30"]),
        ("DTSTART:20261025T013000\nDURATION:PT3H", ["24 23:30 - 25 02:30"]),
    ],
)
def test_hours_in_the_night_of_a_clock_change_are_those_of_a_stopwatch(event, found):
    """A duration has days by the calendar, and the occurrences of a rule take the same time each."""
    assert busy_in(event) == found


@pytest.mark.parametrize("until", ["20261022", "20261022T220000", "20261023T020000Z", "20261023T030000Z"])
def test_the_last_day_of_a_rule_counts(until):
    event = f"DTSTART;TZID=America/New_York:20261021T220000\nDURATION:PT1H\nRRULE:FREQ=DAILY;UNTIL={until}"

    assert busy_in(event) == ["22 02:00 - 22 03:00", "23 02:00 - 23 03:00"]


@pytest.mark.parametrize("until", ["20261022", "20261022T100000", "20261022T080000Z"])
def test_the_last_day_of_a_rule_without_a_zone_counts(until):
    event = f"DTSTART:20261021T100000\nDURATION:PT1H\nRRULE:FREQ=DAILY;UNTIL={until}"

    assert busy_in(event) == ["21 08:00 - 21 09:00", "22 08:00 - 22 09:00"]


@pytest.mark.parametrize("until", ["20261022", "20261022T000000", "20261021T220000Z"])
def test_the_last_of_whole_days_counts(until):
    event = f"DTSTART;VALUE=DATE:20261021\nRRULE:FREQ=DAILY;UNTIL={until}"

    assert busy_in(event) == ["20 22:00 - 22 22:00"]


@pytest.mark.parametrize("until", ["99991231", "99991231T235959Z", "99991231T235959"])
def test_the_last_day_of_the_calendar_is_no_end(until):
    event = f"DTSTART;TZID=America/New_York:20261101T100000\nDURATION:PT1H\nRRULE:FREQ=DAILY;UNTIL={until}"

    assert busy_in(event) == ["01 15:00 - 01 16:00", "02 15:00 - 02 16:00"]


def test_an_excluded_time_in_utc_leaves_the_others_on_the_clock_of_the_owner():
    event = (
        "DTSTART:20261021T100000\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=3\n"
        "EXDATE:20261022T080000Z\nRDATE:20261026T080000Z"
    )

    assert busy_in(event) == ["21 08:00 - 21 09:00", "23 08:00 - 23 09:00", "26 08:00 - 26 09:00"]


def test_different_events_with_one_identifier_are_all_busy():
    event = "UID:same@example.org\nDTSTART:2026102{}T100000Z\nDURATION:PT1H"
    calendar = feed(event.format(1), event.format(2)).replace(b"UID:0@example.org\r\n", b"")

    found = busy_times(calendar.replace(b"UID:1@example.org\r\n", b""), zone=BERLIN, first=FIRST, last=LAST)

    assert [datetime.fromtimestamp(start, UTC).day for start, _end in found] == [21, 22]


def test_a_newer_version_of_an_event_replaces_the_older_one():
    event = "UID:same@example.org\nSEQUENCE:{}\nDTSTART:2026102{}T100000Z\nDURATION:PT1H"
    calendar = feed(event.format(1, 2), event.format(0, 1)).replace(b"UID:0@example.org\r\n", b"")

    found = busy_times(calendar.replace(b"UID:1@example.org\r\n", b""), zone=BERLIN, first=FIRST, last=LAST)

    assert [datetime.fromtimestamp(start, UTC).day for start, _end in found] == [22]


def test_excluded_dates_are_free_and_added_ones_are_busy():
    event = (
        "DTSTART:20261021T100000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=3\n"
        "EXDATE:20261022T100000Z\nRDATE:20261024T150000Z"
    )

    assert busy_in(event) == ["21 10:00 - 21 11:00", "23 10:00 - 23 11:00", "24 15:00 - 24 16:00"]


def test_a_moved_occurrence_takes_its_new_time_only():
    calendar = feed("DTSTART:20261021T100000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=2").replace(
        b"END:VCALENDAR",
        b"BEGIN:VEVENT\r\nUID:0@example.org\r\nRECURRENCE-ID:20261022T100000Z\r\nDTSTART:20261022T160000Z\r\n"
        b"DURATION:PT2H\r\nEND:VEVENT\r\nEND:VCALENDAR",
    )

    found = busy_times(calendar, zone=BERLIN, first=FIRST, last=LAST)

    assert [datetime.fromtimestamp(start, UTC).hour for start, _end in found] == [10, 16]


@pytest.mark.parametrize(
    ("zone", "found"), [("Europe/Berlin", "20 22:00 - 21 22:00"), ("Asia/Tokyo", "20 15:00 - 21 15:00")]
)
def test_a_whole_day_is_that_of_the_owner(zone, found):
    assert busy_in("DTSTART;VALUE=DATE:20261021\nDTEND;VALUE=DATE:20261022", zone=ZoneInfo(zone)) == [found]


def test_a_time_without_a_zone_is_by_the_clock_of_the_owner():
    assert busy_in("DTSTART:20261021T100000\nDURATION:PT1H", zone=ZoneInfo("Asia/Tokyo")) == ["21 01:00 - 21 02:00"]


@pytest.mark.parametrize("free", ["TRANSP:TRANSPARENT", "STATUS:CANCELLED"])
def test_events_that_are_transparent_or_cancelled_are_free(free):
    assert busy_in(f"DTSTART:20261021T100000Z\nDURATION:PT1H\n{free}") == []


@pytest.mark.parametrize("taken", ["TRANSP:OPAQUE", "STATUS:TENTATIVE", "STATUS:CONFIRMED"])
def test_other_events_are_busy(taken):
    assert len(busy_in(f"DTSTART:20261021T100000Z\nDURATION:PT1H\n{taken}")) == 1


def test_periods_of_a_free_busy_part_are_busy_unless_they_are_marked_free():
    part = (
        "DTSTART:20261020T000000Z\nDTEND:20261101T000000Z\n"
        "FREEBUSY;FBTYPE=BUSY-TENTATIVE:20261021T100000Z/PT1H,20261022T100000Z/20261022T120000Z\n"
        "FREEBUSY;FBTYPE=FREE:20261023T100000Z/PT1H\nFREEBUSY:20261024T100000Z/PT1H"
    )

    assert busy_in(part, part="VFREEBUSY") == ["21 10:00 - 21 11:00", "22 10:00 - 22 12:00", "24 10:00 - 24 11:00"]


def test_times_that_overlap_or_touch_are_one():
    assert busy_in(
        "DTSTART:20261021T100000Z\nDURATION:PT1H",
        "DTSTART:20261021T103000Z\nDURATION:PT1H",
        "DTSTART:20261021T113000Z\nDURATION:PT1H",
    ) == ["21 10:00 - 21 12:30"]


def test_times_are_cut_to_the_days_that_are_asked_for():
    assert busy_in("DTSTART:20260101T000000Z\nDTEND:20261231T000000Z") == ["20 00:00 - 03 00:00"]


@pytest.mark.parametrize(
    "event",
    [
        "DTSTART:soon\nDURATION:PT1H",
        "DTSTART:20261021T100000Z\nDURATION:long",
        "DTSTART:20261021T100000Z\nDURATION:PT1H\nRRULE:FREQ=OFTEN",
        "DTSTART:20261021T100000Z\nDTSTART:20261022T100000Z",
        "DTSTART:20261021T100000Z\nDURATION:PT1H\nRDATE:20261022T100000Z\nRDATE:soon",
    ],
)
def test_an_event_that_cannot_be_read_is_not_read_as_free(event):
    with pytest.raises(CannotRead, match="bad_event"):
        busy_in("DTSTART:20261021T100000Z\nDURATION:PT1H", event)


def test_an_event_without_a_start_takes_no_time():
    assert busy_in("SUMMARY:Once", "DTSTART:20261021T100000Z\nDURATION:PT1H") == ["21 10:00 - 21 11:00"]


def test_an_excluded_date_that_cannot_be_read_excludes_nothing():
    event = "DTSTART:20261021T100000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=2\nEXDATE:soon\nEXDATE:20261022T100000Z"

    assert busy_in(event) == ["21 10:00 - 21 11:00"]


@pytest.mark.parametrize("content", [b"", b"hello", b"\xff\xfe\x00", b"BEGIN:VEVENT\r\nEND:VEVENT\r\n", HEAD.encode()])
def test_a_file_of_another_kind_is_no_calendar(content):
    with pytest.raises(CannotRead, match="no_calendar"):
        busy_times(content, zone=BERLIN, first=FIRST, last=LAST)


def test_a_feed_that_broke_off_is_no_calendar():
    whole = feed("DTSTART:20261021T100000Z\nDURATION:PT1H", "DTSTART:20261022T100000Z\nDURATION:PT1H")

    with pytest.raises(CannotRead, match="no_calendar"):
        busy_times(whole[: whole.rindex(b"BEGIN:VEVENT")], zone=BERLIN, first=FIRST, last=LAST)


def test_a_process_of_its_own_finds_the_same():
    content = feed("DTSTART:20261021T100000Z\nDURATION:PT1H")

    found = read_busy_times(content, zone=BERLIN, first=FIRST, last=LAST)

    assert found == [(datetime(2026, 10, 21, 10, tzinfo=UTC), datetime(2026, 10, 21, 11, tzinfo=UTC))]
    with pytest.raises(CannotRead, match="no_calendar"):
        read_busy_times(b"hello", zone=BERLIN, first=FIRST, last=LAST)


@pytest.mark.parametrize(
    "rule", ["FREQ=SECONDLY", "FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30", "FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=30"]
)
def test_a_rule_without_measure_ends_at_the_limit_of_time(rule, monkeypatch):
    monkeypatch.setattr(busy, "SECONDS_MAX", 2)
    began = time.monotonic()

    with pytest.raises(CannotRead, match="too_much"):
        read_busy_times(
            feed(f"DTSTART:20000101T000000Z\nDURATION:PT1S\nRRULE:{rule}"), zone=BERLIN, first=FIRST, last=LAST
        )

    assert time.monotonic() - began < 10


def test_more_intervals_than_a_person_has_are_too_much(monkeypatch):
    monkeypatch.setattr(busy, "INTERVALS_MAX", 10)

    with pytest.raises(CannotRead, match="too_much"):
        busy_in("DTSTART:20261020T000000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=11")


def test_each_code_of_a_failure_has_a_sentence():
    for code in ("no_calendar", "bad_event", "too_much"):
        assert BusyCalendar.Failure(code).label
