"""A suspension, a block or an exclusion while a question or an offer waits: nobody is reminded, and it ends quietly."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail

from accounts.models import Block, MentorProfile
from accounts.notifications.deliver import drain
from matching.jobs.kept_apart import end_kept_apart
from matching.jobs.remind import remind_unanswered
from matching.models import Match
from mentorship.models import Exclusion
from tests.factories import NOW, MatchFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

DAYS = timedelta(days=2)


def suspend(match: Match) -> None:
    MentorProfile.objects.filter(pk=match.mentor_id).update(status="suspended")


def mentee_blocks(match: Match) -> None:
    Block.objects.create(blocker=match.help_request.mentee, blocked=match.mentor.user)


def mentor_blocks(match: Match) -> None:
    Block.objects.create(blocker=match.mentor.user, blocked=match.help_request.mentee)


def exclude(match: Match) -> None:
    first, second = sorted((match.help_request.mentee_id, match.mentor.user_id))
    Exclusion.objects.create(first_id=first, second_id=second, reason="manager")


APART = [suspend, mentee_blocks, mentor_blocks, exclude]


@pytest.mark.parametrize("part", APART)
@pytest.mark.parametrize("status", ["asked", "offered"])
def test_what_waits_is_withdrawn_others_are_looked_for_and_the_mentee_is_told(status, part):
    match, other = MatchFactory(status=status, mentor__user__name="Bob Baker"), MatchFactory(status=status)
    part(match)

    assert (end_kept_apart(now=NOW), end_kept_apart(now=NOW)) == (1, 0)

    match.refresh_from_db()
    other.refresh_from_db()
    assert (match.status, match.help_request.mentors_due_at, other.status) == ("withdrawn", NOW, status)
    assert not match.mentor.user.notifications.exists()
    drain(now=lambda: NOW)
    [message] = mail.outbox
    assert message.to == [match.help_request.mentee.email]
    assert message.subject == "Bob Baker cannot help this time"
    assert "We are looking for more mentors" in message.body


@pytest.mark.parametrize("part", APART)
@pytest.mark.parametrize("status", ["asked", "offered"])
def test_nobody_is_reminded_of_it(status, part):
    match = MatchFactory(status=status, asked_at=NOW - DAYS, offered_at=NOW - DAYS)
    part(match)

    assert remind_unanswered(now=NOW) == 0


@pytest.mark.parametrize("part", APART)
@pytest.mark.parametrize("status", ["asked", "offered"])
def test_a_reminder_that_is_written_already_is_not_sent(status, part):
    match = MatchFactory(status=status, asked_at=NOW - DAYS, offered_at=NOW - DAYS)
    assert remind_unanswered(now=NOW) == 1
    part(match)

    drain(now=lambda: NOW)

    assert mail.outbox == []


def test_what_does_not_wait_stays():
    for status in sorted(set(Match.Status.values) - {"asked", "offered", "accepted"}):
        suspend(MatchFactory(status=status))

    assert end_kept_apart(now=NOW) == 0
