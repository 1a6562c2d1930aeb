"""Questions and reminders that were not sent yet when the match moved on."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail

from accounts.models import Notification
from accounts.notifications.deliver import drain
from accounts.notifications.registry import kind_of
from matching.jobs.remind import remind_unanswered
from matching.moves import ASKS_FOR_AN_ANSWER
from matching.services.withdraw import withdraw_match
from tests.factories import MatchFactory, NotificationFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]


def test_a_reminder_that_was_not_sent_is_skipped_in_the_transaction_that_makes_it_needless(now):
    match = MatchFactory(status="asked", asked_at=now, answer_due_at=now + timedelta(days=5))
    other = NotificationFactory(recipient=match.mentor.user, kind="match_reminder", payload={})
    remind_unanswered(now=now + timedelta(days=2))
    reminder = match.mentor.user.notifications.get(key__startswith=str(match.uuid))

    withdraw_match(match_id=match.pk, by=match.help_request.mentee, now=now + timedelta(days=2))

    reminder.refresh_from_db()
    assert (reminder.status, reminder.last_error) == ("skipped", "It needs no answer any more.")
    other.refresh_from_db()
    assert other.status == "pending"


def test_what_was_sent_stays_sent(now):
    match = MatchFactory(status="asked", asked_at=now, answer_due_at=now + timedelta(days=5))
    remind_unanswered(now=now + timedelta(days=2))
    drain(now=lambda: now + timedelta(days=2))

    withdraw_match(match_id=match.pk, by=match.help_request.mentee, now=now + timedelta(days=2))

    assert len(mail.outbox) == 1
    assert Notification.objects.get(kind="match_reminder").status == "sent"


def test_each_of_these_kinds_exists():
    assert [kind_of(code).code for code in ASKS_FOR_AN_ANSWER] == list(ASKS_FOR_AN_ANSWER)
