"""The daily mail to the admins."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail

from accounts.models import MentorProfile, Notification
from accounts.notifications.deliver import drain
from matching.jobs.daily_summary import send_daily_summaries
from tests.factories import MentorFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

EIGHT = datetime(2026, 11, 24, 7, tzinfo=UTC)  # in Berlin
HOUR = timedelta(hours=1)


@pytest.fixture
def applicant():
    return MentorFactory(status=MentorProfile.Status.APPLIED)


def mails_at(moment) -> list:
    drain(now=lambda: moment)
    return mail.outbox


def test_an_admin_gets_the_mail_once_a_day_from_eight(admin, applicant):
    assert send_daily_summaries(now=EIGHT - HOUR) == 0
    assert send_daily_summaries(now=EIGHT) == 1
    assert send_daily_summaries(now=EIGHT + HOUR) == 0
    assert send_daily_summaries(now=EIGHT + 24 * HOUR) == 1

    first, _ = mails_at(EIGHT + 24 * HOUR)
    assert first.subject == "1 waiting to be let in as a mentor"
    assert first.to == ["admin@example.org"]
    assert "/admin/accounts/mentorprofile/?status__exact=applied" in first.body


def test_without_anybody_waiting_there_is_no_mail(admin):
    assert send_daily_summaries(now=EIGHT) == 0
    assert not Notification.objects.exists()


def test_an_application_settled_before_delivery_is_left_out(admin, applicant):
    send_daily_summaries(now=EIGHT)
    MentorProfile.objects.update(status=MentorProfile.Status.APPROVED)

    assert mails_at(EIGHT) == []
