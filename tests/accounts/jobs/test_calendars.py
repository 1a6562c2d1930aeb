"""Reading members' calendars: when, what is kept, and what happens if it fails."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from accounts.jobs.calendars import read_calendar, read_calendars
from accounts.models import BusyCalendar, BusyTime
from accounts.sealed import seal
from tests.accounts.feeds import CALENDAR
from tests.factories import NOW, UserFactory

pytestmark = pytest.mark.django_db

DENTIST = (datetime(2026, 11, 24, 9, tzinfo=UTC), datetime(2026, 11, 24, 10, tzinfo=UTC))


def calendar_at(address: str, **fields: object) -> BusyCalendar:
    return BusyCalendar.objects.create(profile=UserFactory().profile, sealed_address=seal(address), **fields)


def busy(calendar: BusyCalendar) -> list[tuple[datetime, datetime]]:
    return list(calendar.busy_times.values_list("starts_at", "ends_at"))


def test_a_new_calendar_is_read_and_only_its_busy_times_are_kept(feeds):
    calendar = calendar_at(feeds.serve())

    assert read_calendars(now=NOW) == 1

    calendar.refresh_from_db()
    assert (busy(calendar), calendar.read_at, calendar.failure) == ([DENTIST], NOW, "")


@pytest.mark.parametrize(("minutes", "read"), [(29, 0), (30, 1)])
def test_a_calendar_is_read_every_half_hour(minutes, read, feeds):
    calendar_at(feeds.serve(), tried_at=NOW - timedelta(minutes=minutes))

    assert read_calendars(now=NOW) == read
    assert len(feeds.asked) == read


def test_busy_times_of_the_last_reading_are_replaced(feeds):
    calendar = calendar_at(feeds.serve())
    BusyTime.objects.create(calendar=calendar, starts_at=NOW, ends_at=NOW + timedelta(hours=1))

    read_calendars(now=NOW)

    assert busy(calendar) == [DENTIST]


@pytest.mark.parametrize(("content", "code"), [(b"<html>", "web_page"), (b"hello", "no_calendar")])
def test_a_failure_keeps_what_is_known_as_busy(content, code, feeds):
    before = NOW - timedelta(hours=1)
    calendar = calendar_at(feeds.serve(content), tried_at=before, read_at=before)
    BusyTime.objects.create(calendar=calendar, starts_at=DENTIST[0], ends_at=DENTIST[1])

    assert read_calendars(now=NOW) == 0

    calendar.refresh_from_db()
    assert (busy(calendar), calendar.read_at, calendar.tried_at) == ([DENTIST], before, NOW)
    assert calendar.failure == code
    assert calendar.failure_in_words


def test_an_address_that_no_key_opens_is_told():
    calendar = BusyCalendar.objects.create(profile=UserFactory().profile, sealed_address="sealed by another key")

    read_calendars(now=NOW)

    calendar.refresh_from_db()
    assert calendar.failure == "lost"


@pytest.mark.django_db(transaction=True)
def test_an_address_that_changed_meanwhile_gets_nothing_of_the_old_one(feeds):
    calendar = calendar_at(feeds.serve())
    answer = feeds.answers["/a.ics"]

    def change_and_answer(handler) -> None:
        BusyCalendar.objects.update(sealed_address=seal("https://other.example.org/"))
        connection.close()
        answer(handler)

    feeds.answers["/a.ics"] = change_and_answer

    assert read_calendar(calendar_id=calendar.pk, now=NOW) is False
    assert busy(calendar) == []


def test_a_sweep_that_is_over_leaves_the_rest_to_the_next(feeds, monkeypatch):
    calendar_at(feeds.serve())
    monkeypatch.setattr("accounts.jobs.calendars.SWEEP_MAX", timedelta(0))

    assert read_calendars(now=NOW) == 0
    assert BusyCalendar.objects.get().tried_at is None


def test_no_log_line_has_an_address(feeds, caplog):
    caplog.set_level(logging.DEBUG)
    calendar_at(feeds.serve(path="/secret-4711.ics"))
    calendar_at(feeds.serve(b"hello", path="/secret-4712.ics"))
    calendar_at("https://secret-4713.invalid/a.ics")

    read_calendars(now=NOW)

    assert "secret-47" not in caplog.text


def test_a_calendar_that_cannot_be_read_does_not_stop_the_others(feeds):
    calendar_at(feeds.address("/gone.ics"))
    calendar_at(feeds.serve(CALENDAR))

    assert read_calendars(now=NOW) == 1
