"""The daily mail to the admins."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail

from accounts.models import MentorProfile, Notification, User
from accounts.notifications.deliver import drain
from accounts.services.escalations import assign
from accounts.services.trial import set_trial_mode
from matching.jobs.daily_summary import send_daily_summaries
from tests.escalations import cause_of
from tests.factories import ConcernFactory, MentorFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

EIGHT = datetime(2026, 11, 24, 7, tzinfo=UTC)  # in Berlin
HOUR = timedelta(hours=1)


@pytest.fixture
def applicant():
    return MentorFactory(status=MentorProfile.Status.APPLIED, status_since_at=EIGHT - 4 * 24 * HOUR)


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
    assert "/admin/?kind=application_waits" in first.body


def test_without_anybody_waiting_there_is_no_mail(admin):
    assert send_daily_summaries(now=EIGHT) == 0
    assert not Notification.objects.exists()


def test_trial_mode_is_in_the_mail_although_nobody_waits(admin):
    set_trial_mode(is_on=True, addresses=[admin.email], by=admin, was=None, now=EIGHT - HOUR)

    assert send_daily_summaries(now=EIGHT) == 1

    [message] = mails_at(EIGHT)
    assert message.subject == "Trial mode is on"
    assert "Trial mode is on since 24 November: only 1 address gets mail." in message.body
    assert "This waits for you" not in message.body


def test_trial_mode_stands_above_those_who_wait(admin, applicant):
    set_trial_mode(is_on=True, addresses=[admin.email], by=admin, was=None, now=EIGHT - HOUR)
    send_daily_summaries(now=EIGHT)

    [message] = mails_at(EIGHT)

    assert message.subject == "1 waiting to be let in as a mentor"
    assert message.body.index("Trial mode is on") < message.body.index("This waits for you")


def test_an_application_settled_before_delivery_is_left_out(admin, applicant):
    send_daily_summaries(now=EIGHT)
    MentorProfile.objects.update(status=MentorProfile.Status.APPROVED)

    assert mails_at(EIGHT) == []


def test_the_mail_says_how_much_is_assigned_to_its_reader(admin, admin_user, applicant):
    for _ in range(2):
        MentorFactory(status=MentorProfile.Status.APPLIED, status_since_at=EIGHT - 5 * 24 * HOUR)
    assign(cause=cause_of("application_waits", applicant, EIGHT), to=admin, was=None, by=admin, now=EIGHT)

    send_daily_summaries(now=EIGHT)

    texts = {message.to[0]: message.body for message in mails_at(EIGHT)}
    assert "3 waiting to be let in as mentors" in texts[admin.email]
    assert "1 of these is yours." in texts[admin.email]
    assert "/admin/?owner=mine" in texts[admin.email]
    assert "yours" not in texts[admin_user.email]


def test_an_admin_does_not_read_that_their_own_application_waits(admin, applicant):
    User.objects.filter(pk=applicant.user.pk).update(role="manager", is_staff=True)

    assert send_daily_summaries(now=EIGHT) == 1
    assert [message.to for message in mails_at(EIGHT)] == [[admin.email]]


def test_a_concern_about_an_admin_is_counted_for_the_others(admin):
    ConcernFactory(about__role="manager", created_at=EIGHT - HOUR)

    assert send_daily_summaries(now=EIGHT) == 1
    assert [(message.to, message.subject) for message in mails_at(EIGHT)] == [([admin.email], "1 concern that is open")]
