"""The day of the community: counts of what waits, and of new people."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from accounts.services.escalations import snooze
from matching.selectors.summary import day_of_community
from tests.escalations import MAKERS, cause_of
from tests.factories import UserFactory
from tests.helpers import log_in_with_second_factor

pytestmark = pytest.mark.django_db

EIGHT = datetime(2026, 11, 24, 7, tzinfo=UTC)  # in Berlin
HOUR = timedelta(hours=1)


def test_each_count_links_to_a_home_of_as_many_rows(client, admin):
    now = timezone.now()
    for make in MAKERS.values():
        make(now)

    day = day_of_community(now=now)

    assert len(day.waiting) == len(MAKERS)
    log_in_with_second_factor(client, admin)
    for waiting in day.waiting:
        page = client.get(waiting.page)
        assert page.status_code == 200
        assert len(page.context["needs"]) == waiting.count, waiting.page


def test_an_escalation_that_admins_put_off_is_not_in_the_mail():
    now = timezone.now()
    mentor = MAKERS["application_waits"](now)
    cause = cause_of("application_waits", mentor, now)

    snooze(cause=cause, days=1, by=UserFactory(is_staff=True), now=now)

    assert day_of_community(now=now).waiting == ()


def test_people_who_joined_in_the_last_24_hours_are_counted(now):
    UserFactory(joined_at=EIGHT - HOUR)
    UserFactory(joined_at=EIGHT - 25 * HOUR)

    assert day_of_community(now=EIGHT).joined == 1
