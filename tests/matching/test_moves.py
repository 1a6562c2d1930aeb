"""Moving a match skips its unsent questions and reminders."""

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


def test_an_unsent_reminder_is_skipped_with_the_move(now):
    match = MatchFactory(status="asked", asked_at=now, answer_due_at=now + timedelta(days=5))
    other = NotificationFactory(recipient=match.mentor.user, kind="match_reminder", payload={})
    remind_unanswered(now=now + timedelta(days=2))
    reminder = match.mentor.user.notifications.get(key__startswith=str(match.uuid))

    withdraw_match(match_id=match.pk, by=match.help_request.mentee, now=now + timedelta(days=2))

    reminder.refresh_from_db()
    assert (reminder.status, reminder.last_error) == ("skipped", "It needs no answer any more.")
    other.refresh_from_db()
    assert other.status == "pending"


def test_a_sent_reminder_stays_sent(now):
    match = MatchFactory(status="asked", asked_at=now, answer_due_at=now + timedelta(days=5))
    remind_unanswered(now=now + timedelta(days=2))
    drain(now=lambda: now + timedelta(days=2))

    withdraw_match(match_id=match.pk, by=match.help_request.mentee, now=now + timedelta(days=2))

    assert len(mail.outbox) == 1
    assert Notification.objects.get(kind="match_reminder").status == "sent"


def test_the_kinds_that_ask_for_an_answer_are_registered():
    assert [kind_of(code).code for code in ASKS_FOR_AN_ANSWER] == list(ASKS_FOR_AN_ANSWER)
