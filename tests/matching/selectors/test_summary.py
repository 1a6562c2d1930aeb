"""The day of the community: counts of what waits, and of new people."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from accounts.models import MentorProfile
from matching.selectors.summary import day_of_community
from tests.factories import (
    FeedbackFactory,
    HelpRequestFactory,
    MatchFactory,
    MentorFactory,
    NotificationFactory,
    SessionFactory,
    UserFactory,
)
from tests.helpers import log_in_with_second_factor

pytestmark = pytest.mark.django_db

EIGHT = datetime(2026, 11, 24, 7, tzinfo=UTC)  # in Berlin
HOUR = timedelta(hours=1)


def test_each_count_links_to_an_admin_list_of_as_many_rows(client, admin, now):
    MentorFactory(status=MentorProfile.Status.APPLIED)
    HelpRequestFactory(queued_at=now, mentors_due_at=now, obstacle="no_mentors")
    MatchFactory(status="asked", reminders_sent=1)
    MatchFactory(status="asked")  # without a reminder: not counted
    SessionFactory(status="confirmed", attendance_asked_at=now, disputed_at=now)
    for facts in ({}, {"kept_at": now}, {"hidden_at": now, "hidden_reason": "It hurts."}):
        FeedbackFactory(opened_at=now, reported_at=now, report_reason="It hurts.", **facts)
    for status in ("uncertain", "dead"):
        NotificationFactory(status=status, last_error="550 no")
    UserFactory(bouncing_since_at=now)

    day = day_of_community(now=EIGHT)

    assert [waiting.count for waiting in day.waiting] == [1] * 8
    log_in_with_second_factor(client, admin)
    for waiting in day.waiting:
        page = client.get(waiting.page)
        assert page.status_code == 200
        assert page.context["cl"].result_count == 1, waiting.page


def test_people_who_joined_in_the_last_24_hours_are_counted(now):
    UserFactory(joined_at=EIGHT - HOUR)
    UserFactory(joined_at=EIGHT - 25 * HOUR)

    assert day_of_community(now=EIGHT).joined == 1
