"""The log of changes: old proposals are added, old rows are deleted."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection

from accounts.models import NotificationChoice
from matching.jobs.changes import KEPT_FOR, tend_change_log
from matching.selectors.facts import SHOWN_FOR
from matching.selectors.reach import READS_FOR
from matching.selectors.snapshot import current_community
from tests.factories import NOW, MatchFactory, MentorFactory, NotificationFactory
from tests.matching.helpers import in_snapshot

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def mentor():
    mentor = MentorFactory()
    in_snapshot()
    return mentor


def test_proposals_stop_counting_with_time(mentor):
    proposal = MatchFactory(mentor=mentor, status="proposed", created_at=NOW)
    assert in_snapshot()[mentor.user_id].shown == 1
    later = proposal.created_at + SHOWN_FOR + timedelta(minutes=30)

    assert tend_change_log(now=later) == 1

    with current_community(now=later) as community:
        assert community.table.mentor(community.table.row_of(mentor.user_id)).shown == 0


def test_reading_in_the_app_stops_counting_with_time(mentor):
    NotificationChoice.objects.create(user=mentor.user, group="questions", email="off")
    NotificationFactory(recipient=mentor.user, read_at=NOW)
    assert in_snapshot()[mentor.user_id].reachable
    later = NOW + READS_FOR + timedelta(minutes=30)

    assert tend_change_log(now=later) == 1

    with current_community(now=later) as community:
        assert not community.table.mentor(community.table.row_of(mentor.user_id)).reachable


def test_rows_that_every_process_has_read_are_deleted(mentor):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE matching_mentorchange SET at = %s", [NOW])
        tend_change_log(now=NOW + KEPT_FOR + timedelta(seconds=1))
        cursor.execute("SELECT count(*) FROM matching_mentorchange WHERE at <= %s", [NOW])
        assert cursor.fetchone() == (0,)
