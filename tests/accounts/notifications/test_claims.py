"""Claims of due rows: one statement marks a row and reads it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import Model

from accounts.models import Notification
from accounts.notifications.claims import LEASE, claim_next
from tests.factories import NOW, NotificationFactory

pytestmark = pytest.mark.django_db


def columns(row: Model) -> dict[str, object]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def test_a_claim_marks_the_row(now):
    NotificationFactory(due_on_clock="2026-11-23T09:00", kept_quiet=True)

    claimed = claim_next(now=now)

    row = Notification.objects.get()
    assert (row.status, row.claim, row.lease_until_at) == ("sending", claimed.claim, now + LEASE)
    assert (row.attempts, row.due_on_clock, row.kept_quiet) == (1, "", False)


def test_each_claim_has_its_own_token(now):
    NotificationFactory.create_batch(2)

    assert claim_next(now=now).claim != claim_next(now=now).claim


def test_one_query_reads_the_row_its_recipient_and_their_profile(now, django_assert_num_queries):
    NotificationFactory(
        payload={"to": "ä@example.org", "subject": '"', "text": "x"},
        recipient__profile__timezone="Australia/Lord_Howe",
        recipient__profile__quiet_from_minute=0,
        recipient__profile__quiet_until_minute=60,
    )

    with django_assert_num_queries(1):
        claimed = claim_next(now=now)
        person, profile = claimed.recipient, claimed.recipient.profile

    row = Notification.objects.select_related("recipient__profile").get()
    assert columns(claimed) == columns(row)
    assert columns(person) == columns(row.recipient)
    assert columns(profile) == columns(row.recipient.profile)
    assert profile.user == person


def test_a_post_to_a_channel_is_claimed_without_a_recipient(now):
    NotificationFactory(recipient=None, channel="admins", kind="daily_summary_post", payload={})

    claimed = claim_next(now=now)

    assert (claimed.channel, claimed.recipient, claimed.status) == ("admins", None, "sending")


def test_rows_are_claimed_in_the_order_of_their_due_times_and_then_of_their_ids(now):
    later, first, second = (NotificationFactory(due_at=now - timedelta(minutes=age)) for age in (1, 2, 2))

    assert [claim_next(now=now) for _ in range(4)] == [first, second, later, None]


@pytest.mark.parametrize("status", ["sending", "in_doubt", "sent", "skipped", "uncertain", "dead"])
def test_only_pending_rows_are_claimed(now, status):
    row = NotificationFactory(status=status)

    assert claim_next(now=now) is None
    assert columns(Notification.objects.get()) == columns(row)


def test_a_row_is_not_claimed_before_it_is_due(now):
    row = NotificationFactory(due_at=now + timedelta(microseconds=1))

    assert claim_next(now=now) is None
    assert claim_next(now=row.due_at) == row


@pytest.mark.django_db(transaction=True)
def test_later_commits_wait_for_the_disk_again():
    NotificationFactory()
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = on")  # the server of the tests has it off

        claim_next(now=NOW)

        cursor.execute("SHOW synchronous_commit")
        assert cursor.fetchone() == ("on",)
        cursor.execute("RESET synchronous_commit")
