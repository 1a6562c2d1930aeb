"""Pauses end on their day, in the mentor's zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core import mail

from accounts.jobs.pauses import end_pauses, pause_mentoring
from accounts.notifications.deliver import drain
from tests.factories import MentorFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

BACK_ON = date(2026, 12, 1)


def paused(zone: str = "Europe/Berlin", until_on: date | None = BACK_ON, **fields):
    return MentorFactory(
        status="paused",
        pause_cause="own_wish",
        paused_until_on=until_on,
        user__profile__timezone=zone,
        **fields,
    )


@pytest.mark.parametrize(
    ("zone", "midnight"),
    [
        ("Europe/Berlin", datetime(2026, 11, 30, 23, tzinfo=UTC)),
        ("Pacific/Kiritimati", datetime(2026, 11, 30, 10, tzinfo=UTC)),  # the first zone of the world
        ("Pacific/Pago_Pago", datetime(2026, 12, 1, 11, tzinfo=UTC)),  # the last one
        ("Asia/Kathmandu", datetime(2026, 11, 30, 18, 15, tzinfo=UTC)),
    ],
)
def test_a_mentor_is_back_when_the_day_begins_in_their_zone(zone, midnight):
    mentor = paused(zone)

    assert end_pauses(now=midnight - timedelta(seconds=1)) == 0
    assert end_pauses(now=midnight) == 1
    assert end_pauses(now=midnight) == 0

    mentor.refresh_from_db()
    assert (mentor.status, mentor.status_since_at) == ("approved", midnight)
    assert (mentor.pause_cause, mentor.paused_until_on) == ("", None)
    assert [row.kind for row in mentor.user.notifications.all()] == ["mentor_is_back"]


def test_a_pause_without_a_day_goes_on():
    paused(until_on=None)

    assert end_pauses(now=datetime(2030, 1, 1, tzinfo=UTC)) == 0


def test_a_late_sweep_ends_the_pause():
    paused()

    assert end_pauses(now=datetime(2027, 1, 1, tzinfo=UTC)) == 1


def test_the_mail_welcomes_back():
    mentor = paused(user__name="Bob Baker")
    later = datetime(2026, 12, 1, 9, tzinfo=UTC)
    end_pauses(now=later)

    drain(now=lambda: later)

    [message] = mail.outbox
    assert (message.to, message.subject) == ([mentor.user.email], "Welcome back as a mentor")
    assert message.body.startswith("Hello Bob Baker,")


def test_a_mentor_who_pauses_again_gets_no_welcome():
    mentor = paused()
    later = datetime(2026, 12, 1, 9, tzinfo=UTC)
    end_pauses(now=later)
    pause_mentoring(mentor_id=mentor.pk, cause="own_wish", until_on=None, now=later)

    drain(now=lambda: later)

    assert [message.subject for message in mail.outbox] == ["Mentoring is paused"]


def test_a_pause_in_an_unknown_zone_ends_by_utc(caplog):
    unknown = paused("Nowhere/Land")

    assert end_pauses(now=datetime(2026, 12, 2, tzinfo=UTC)) == 1

    unknown.refresh_from_db()
    assert unknown.status == "approved"
    assert "Nowhere/Land" in caplog.text
