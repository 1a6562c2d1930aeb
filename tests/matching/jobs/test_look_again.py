"""Requests without a mentor are searched for again after a change."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.models import User
from matching.jobs.look_again import look_again
from matching.jobs.propose import propose_due_requests
from matching.models import HelpRequest
from matching.selectors.queue import RETRY_AT_MOST_EVERY
from tests.factories import HelpRequestFactory, MatchFactory, MentorFactory, MentorshipFactory
from tests.matching.helpers import log_one_change, waiting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]


def test_a_change_of_mentors_makes_the_queue_due(now):
    request = waiting(now)
    log_one_change(now + timedelta(minutes=5))
    later = now + RETRY_AT_MOST_EVERY

    assert look_again(now=later) == 1

    request.refresh_from_db()
    assert request.mentors_due_at == later


def test_without_a_change_nothing_is_due(now):
    waiting(now)
    log_one_change(now - timedelta(minutes=5))

    assert look_again(now=now + timedelta(hours=1)) == 0


def test_a_request_is_due_every_ten_minutes_at_most(now):
    waiting(now)
    log_one_change(now + timedelta(minutes=9))

    assert look_again(now=now + timedelta(minutes=9, seconds=59)) == 0
    assert look_again(now=now + timedelta(minutes=10)) == 1


def test_a_request_that_is_due_already_is_left_alone(now):
    request = waiting(now)
    HelpRequest.objects.update(mentors_due_at=now)
    log_one_change(now + timedelta(minutes=5))

    assert look_again(now=now + timedelta(hours=1)) == 0
    request.refresh_from_db()
    assert request.mentors_due_at == now


def test_a_request_of_a_closed_account_is_not_due(now):
    waiting(now, mentee__is_active=False)
    log_one_change(now + timedelta(minutes=5))

    assert look_again(now=now + timedelta(hours=1)) == 0


def test_a_full_batch_takes_the_longest_waiting(now, monkeypatch):
    monkeypatch.setattr("matching.jobs.look_again.BATCH", 1)
    younger, older = waiting(now), waiting(now - timedelta(hours=1))
    log_one_change(now + timedelta(minutes=5))

    assert look_again(now=now + timedelta(hours=1)) == 1

    assert HelpRequest.objects.get(mentors_due_at=now + timedelta(hours=1)) == older != younger


def test_a_place_that_comes_free_is_proposed_to_the_longest_waiting_first(now, settings):
    settings.INBOX_PER_FREE_PLACE = 1  # a mentor is on three lists of proposals at most
    mentor = MentorFactory(capacity=1)
    MatchFactory.create_batch(2, mentor=mentor)
    mentorship = MentorshipFactory(mentor=mentor)
    younger, older = waiting(now), waiting(now - timedelta(hours=1))
    mentorship.status, mentorship.ended_at = "completed", now
    mentorship.save()
    log_one_change(now + timedelta(minutes=5))
    later = now + timedelta(hours=1)

    look_again(now=later)
    propose_due_requests(now=later)

    assert older.matches.count() == 1
    younger.refresh_from_db()
    assert younger.obstacle == "shown_enough"


@pytest.mark.parametrize(
    "happens",
    [
        lambda mentor: MentorshipFactory(mentor=mentor),
        lambda mentor: mentor.move_to("paused", at=mentor.status_since_at),
        lambda mentor: MatchFactory.create_batch(2, mentor=mentor, status="asked"),
        lambda mentor: User.objects.filter(pk=mentor.user_id).update(is_active=False),
    ],
    ids=["full", "paused", "inbox full", "gone"],
)
def test_a_request_whose_mentor_cannot_be_asked_gets_another(happens, now):
    mentor = MentorFactory(capacity=1)
    request = MatchFactory(mentor=mentor).help_request
    assert look_again(now=now) == 0
    happens(mentor)
    other = MentorFactory()

    assert look_again(now=now) == 1
    propose_due_requests(now=now)

    assert [match.mentor for match in request.matches.all()] == [other]


def test_a_request_with_no_mentor_left_is_queued(now):
    mentor = MentorFactory(capacity=1)
    request = MatchFactory(mentor=mentor).help_request
    MentorshipFactory(mentor=mentor)

    look_again(now=now)
    propose_due_requests(now=now)

    request.refresh_from_db()
    assert (request.queued_at, request.obstacle) == (now, "no_capacity")
    assert look_again(now=now + timedelta(minutes=1)) == 0


@pytest.mark.parametrize("status", ["asked", "offered"])
def test_a_request_that_waits_for_an_answer_is_not_stuck(status, now):
    match = MatchFactory(status=status)
    match.mentor.move_to("paused", at=now)

    assert look_again(now=now) == 0


def test_an_imported_request_is_not_due_by_itself(now):
    MentorFactory()
    imported = HelpRequestFactory(ref="X1")

    look_again(now=now)

    imported.refresh_from_db()
    assert imported.mentors_due_at is None
