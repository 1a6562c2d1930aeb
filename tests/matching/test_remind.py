"""The first reminder of an unanswered request."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail

from accounts.jobs.deliver import drain
from matching.jobs.remind import REMIND_AFTER, remind_unanswered
from matching.services.answers import decline_match
from tests.factories import NOW, MatchFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

DUE = NOW - REMIND_AFTER


def test_a_mentor_is_reminded_once_after_48_hours():
    match = MatchFactory(status="asked", asked_at=DUE)
    MatchFactory(status="asked", asked_at=DUE + timedelta(seconds=1))

    assert remind_unanswered(now=NOW) == 1
    assert remind_unanswered(now=NOW) == 0
    [row] = match.mentor.user.notifications.all()
    assert row.kind == "match_reminder"


@pytest.mark.parametrize("status", ["proposed", "declined", "superseded", "withdrawn"])
def test_what_needs_no_answer_is_not_reminded_of(status):
    MatchFactory(status=status, asked_at=DUE)

    assert remind_unanswered(now=NOW) == 0


def test_an_answer_between_reminder_and_mail_stops_the_mail():
    match = MatchFactory(status="asked", asked_at=DUE)
    remind_unanswered(now=NOW)
    decline_match(match_id=match.pk, by=match.mentor.user, reason="no_time", note="", now=NOW)

    drain(now=lambda: NOW)

    assert [message.to for message in mail.outbox] == [[match.help_request.mentee.email]]


def test_the_reminder_has_the_request_and_the_link():
    match = MatchFactory(status="asked", asked_at=DUE, help_request__mentee__name="Alice Archer")
    remind_unanswered(now=NOW)

    drain(now=lambda: NOW)

    [message] = mail.outbox
    assert message.to == [match.mentor.user.email]
    assert message.subject == "Alice Archer still waits for your answer"
    assert match.why_you in message.body
    assert "http://testserver/answer/" in message.body
