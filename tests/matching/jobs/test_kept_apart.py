"""A suspension, a block or an exclusion ends a waiting question or offer quietly."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail

from accounts.models import User
from accounts.notifications.deliver import drain
from matching.jobs.expire import expire_unanswered
from matching.jobs.kept_apart import end_kept_apart
from matching.jobs.propose import propose_matches
from matching.jobs.remind import remind_unanswered
from matching.models import HelpRequest, Match
from matching.selectors.kept_apart import requests_with_blocked_proposals
from matching.selectors.queue import stuck
from tests.factories import NOW, MatchFactory, UserFactory
from tests.helpers import LATE
from tests.matching.helpers import exclude, good_mentor, mentee_blocks, mentor_blocks, suspend

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]


def exclude_both(match):
    exclude(match.mentor.user, match.help_request.mentee)


def mentor_leaves(match):
    User.objects.filter(pk=match.mentor.user_id).update(is_active=False)


def mentee_leaves(match):
    User.objects.filter(pk=match.help_request.mentee_id).update(is_active=False)


APART = [
    ("asked", suspend),
    ("asked", mentee_blocks),
    ("asked", mentor_blocks),
    ("asked", exclude_both),
    ("clarifying", mentor_blocks),
    ("offered", mentee_blocks),
    ("asked", mentor_leaves),
    ("clarifying", mentor_leaves),
    ("offered", mentor_leaves),
]
MENTEE_LEAVES = [("asked", mentee_leaves), ("clarifying", mentee_leaves), ("offered", mentee_leaves)]


DAYS = timedelta(days=2)


@pytest.mark.parametrize("part", [mentee_blocks, mentor_blocks, exclude_both])
def test_another_mentor_is_looked_for_in_place_of_a_blocked_one(part):
    match, other = MatchFactory(), MatchFactory()
    good_mentor()
    part(match)

    for _sweep in range(2):
        end_kept_apart(now=NOW)

    match.help_request.refresh_from_db()
    other.help_request.refresh_from_db()
    assert (match.help_request.mentors_due_at, other.help_request.mentors_due_at) == (NOW, None)
    propose_matches(help_request_id=match.help_request_id, now=NOW)
    assert not Match.objects.filter(pk=match.pk).exists()
    end_kept_apart(now=LATE)
    match.help_request.refresh_from_db()
    assert match.help_request.mentors_due_at != LATE


@pytest.mark.parametrize("mentor_is_first", [True, False])
def test_a_proposal_between_two_who_are_excluded_is_nobody_to_ask(mentor_is_first):
    # An exclusion is stored with the lower key first.
    mentor = good_mentor() if mentor_is_first else None
    mentee = UserFactory()
    match = MatchFactory(help_request__mentee=mentee, mentor=mentor or good_mentor())
    HelpRequest.objects.update(looked_at=NOW, mentors_due_at=None)
    assert not stuck(now=NOW).exists()

    exclude_both(match)

    assert list(stuck(now=NOW)) == list(requests_with_blocked_proposals()) == [match.help_request]


@pytest.mark.parametrize(("status", "part"), APART)
def test_a_waiting_match_is_withdrawn_and_only_the_mentee_is_told(status, part):
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


@pytest.mark.parametrize(("status", "leave"), MENTEE_LEAVES)
def test_a_waiting_match_of_a_mentee_who_left_is_withdrawn_and_the_mentor_is_told(status, leave):
    match, other = MatchFactory(status=status), MatchFactory(status=status)
    leave(match)

    assert (end_kept_apart(now=NOW), end_kept_apart(now=NOW)) == (1, 0)

    match.refresh_from_db()
    other.refresh_from_db()
    assert (match.status, other.status) == ("withdrawn", status)
    drain(now=lambda: NOW)
    [message] = mail.outbox
    assert message.to == [match.mentor.user.email]
    assert "Nothing is left to do for you." in message.body


@pytest.mark.parametrize(("status", "part"), [*APART, *MENTEE_LEAVES])
def test_a_deadline_that_passes_before_the_sweep_is_no_silence(status, part):
    match = MatchFactory(status=status, answer_due_at=NOW, reminders_sent=2)
    part(match)

    assert (expire_unanswered(now=NOW), end_kept_apart(now=NOW)) == (0, 1)

    match.refresh_from_db()
    assert (match.status, match.silent_side) == ("withdrawn", "")


@pytest.mark.parametrize(("status", "part"), [*APART, *MENTEE_LEAVES])
def test_no_reminder_is_written_for_two_people_kept_apart(status, part):
    match = MatchFactory(status=status, asked_at=NOW - DAYS, offered_at=NOW - DAYS)
    part(match)

    assert remind_unanswered(now=NOW) == 0


@pytest.mark.parametrize(("status", "part"), [*APART, *MENTEE_LEAVES])
def test_a_reminder_that_is_written_already_is_not_sent(status, part):
    match = MatchFactory(status=status, asked_at=NOW - DAYS, offered_at=NOW - DAYS)
    assert remind_unanswered(now=NOW) == 1
    part(match)

    drain(now=lambda: NOW)

    assert mail.outbox == []


def test_a_match_that_waits_for_no_answer_stays():
    for status in sorted(set(Match.Status.values) - {*Match.WAITING, "accepted"}):
        suspend(MatchFactory(status=status))

    assert end_kept_apart(now=NOW) == 0
