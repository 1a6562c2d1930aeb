"""The daily mail to the admins."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail

from accounts.models import MentorProfile, Notification
from accounts.notifications.deliver import drain
from matching.jobs.daily_summary import send_daily_summaries
from matching.selectors.summary import day_of_community
from tests.factories import HelpRequestFactory, MatchFactory, MentorFactory, NotificationFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]
EIGHT = datetime(2026, 11, 24, 7, tzinfo=UTC)  # in Berlin
HOUR = timedelta(hours=1)


@pytest.fixture
def applicant():
    return MentorFactory(status=MentorProfile.Status.APPLIED)


def mails_at(moment) -> list:
    drain(now=lambda: moment)
    return mail.outbox


def test_an_admin_reads_once_a_day_from_eight_on_who_waits(admin, applicant):
    assert send_daily_summaries(now=EIGHT - HOUR) == 0
    assert send_daily_summaries(now=EIGHT) == 1
    assert send_daily_summaries(now=EIGHT + HOUR) == 0
    assert send_daily_summaries(now=EIGHT + 24 * HOUR) == 1

    first, _ = mails_at(EIGHT + 24 * HOUR)
    assert first.subject == "1 waiting to be let in as mentors"
    assert first.to == ["admin@example.org"]
    assert "/admin/accounts/mentorprofile/?status__exact=applied" in first.body


def test_a_day_on_which_nobody_waits_brings_no_mail(admin):
    assert send_daily_summaries(now=EIGHT) == 0
    assert not Notification.objects.exists()


def test_what_was_settled_meanwhile_is_not_told(admin, applicant):
    send_daily_summaries(now=EIGHT)
    MentorProfile.objects.update(status=MentorProfile.Status.APPROVED)

    assert mails_at(EIGHT) == []


def test_each_count_links_to_an_admin_list_of_as_many_rows(client, admin, applicant, now):
    HelpRequestFactory(queued_at=now, mentors_due_at=now, obstacle="no_mentors")
    MatchFactory(status="asked", reminders_sent=1)
    MatchFactory(status="asked")  # of which nobody was reminded yet
    for status in ("uncertain", "dead"):
        NotificationFactory(status=status, last_error="550 no")
    UserFactory(bouncing_since_at=now)

    day = day_of_community(now=EIGHT)

    assert [waiting.count for waiting in day.waiting] == [1] * 6
    client.force_login(admin)
    for waiting in day.waiting:
        page = client.get(waiting.page)
        assert page.status_code == 200
        assert page.context["cl"].result_count == 1, waiting.page


def test_what_happened_is_what_happened_in_the_last_24_hours(now):
    UserFactory(joined_at=EIGHT - HOUR)
    UserFactory(joined_at=EIGHT - 25 * HOUR)

    assert day_of_community(now=EIGHT).joined == 1
