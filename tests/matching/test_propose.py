"""Proposals for an open help request."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail

from accounts.models import MentorProfile, Notification
from accounts.notifications.deliver import drain
from matching.jobs.propose import PROPOSALS_MAX, RETRY_AFTER, propose_due_requests, propose_matches
from matching.models import HelpRequest, Match
from matching.services.look_for_mentors import look_for_mentors
from tests.factories import HelpRequestFactory, MatchFactory, MentorFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def request_due(now):
    return HelpRequestFactory(mentors_due_at=now)


def test_the_best_five_are_proposed_and_the_mentee_is_told_once(request_due, now, rung):
    MentorFactory.create_batch(PROPOSALS_MAX + 2)

    assert propose_matches(help_request_id=request_due.pk, now=now) == PROPOSALS_MAX

    matches = request_due.matches.order_by("rank")
    assert [match.rank for match in matches] == [1, 2, 3, 4, 5]
    assert all(match.status == "proposed" and match.reasons and match.engine_version for match in matches)
    request_due.refresh_from_db()
    assert request_due.mentors_due_at is None
    assert [row.kind for row in request_due.mentee.notifications.all()] == ["suggestions_ready"]


def test_proposing_twice_changes_nothing(request_due, now, rung):
    MentorFactory()
    propose_matches(help_request_id=request_due.pk, now=now)

    assert propose_matches(help_request_id=request_due.pk, now=now) == 0
    assert (Match.objects.count(), Notification.objects.count()) == (1, 1)


def test_points_add_up_to_the_fit(request_due, now, rung):
    MentorFactory()
    propose_matches(help_request_id=request_due.pk, now=now)

    match = Match.objects.get()
    assert sum(criterion["points"] for criterion in match.criteria.values()) == match.fit


def test_without_a_mentor_the_request_waits_and_the_mentee_hears_what_would_help(request_due, now, rung):
    MentorFactory.create_batch(3, formats=["one_off"])

    assert propose_matches(help_request_id=request_due.pk, now=now) == 0

    request_due.refresh_from_db()
    assert (request_due.status, request_due.mentors_due_at) == ("open", now + RETRY_AFTER)
    drain(now=lambda: now)
    [message] = mail.outbox
    assert message.subject == "No mentor for your request yet"
    assert "Does not offer this format." in message.body
    assert "Try the other format" in message.body


def test_a_mentor_who_comes_later_is_found_by_the_sweep(request_due, now, rung):
    propose_due_requests(now=now)
    MentorFactory()

    assert propose_due_requests(now=now + timedelta(hours=1)) == 0
    propose_due_requests(now=now + RETRY_AFTER)

    assert request_due.matches.count() == 1


def test_who_declined_is_not_proposed_again(request_due, now, rung):
    declined = MatchFactory(help_request=request_due, status="declined")
    other = MentorFactory()

    propose_matches(help_request_id=request_due.pk, now=now)

    assert {match.mentor for match in request_due.matches.filter(status="proposed")} == {other}
    assert declined.mentor != other


@pytest.mark.parametrize("status", ["draft", "matched", "withdrawn"])
def test_only_open_requests_get_mentors(status, now, rung):
    MentorFactory()
    request = HelpRequestFactory(status=status)

    assert propose_matches(help_request_id=request.pk, now=now) == 0
    assert not request.matches.exists()


def test_a_request_that_is_gone_is_no_error(now, db):
    assert propose_matches(help_request_id=123456, now=now) == 0


def test_an_admin_has_mentors_looked_for_now(now, rung):
    request, closed = HelpRequestFactory(), HelpRequestFactory(status="matched")

    assert look_for_mentors(help_request_ids=[request.pk, closed.pk], now=now) == 1
    assert list(HelpRequest.objects.filter(mentors_due_at=now)) == [request]


def test_the_mail_names_mentors_and_reasons_and_leads_on(request_due, now, rung):
    MentorFactory(user__name="Bob Baker")
    propose_matches(help_request_id=request_due.pk, now=now)

    drain(now=lambda: now)

    [message] = mail.outbox
    assert "Bob Baker" in message.body
    assert "Teaches machine learning" in message.body
    assert "http://testserver/choose/" in message.body


def test_proposals_that_nobody_could_act_on_make_room_for_others(request_due, now, rung):
    MentorFactory.create_batch(PROPOSALS_MAX)
    propose_matches(help_request_id=request_due.pk, now=now)
    MentorProfile.objects.update(status="paused")
    fresh = MentorFactory()
    look_for_mentors(help_request_ids=[request_due.pk], now=now)

    propose_due_requests(now=now)

    assert [match.mentor for match in request_due.matches.all()] == [fresh]


def test_a_request_that_cannot_be_judged_does_not_stop_the_others(request_due, now, rung, monkeypatch):
    MentorFactory()
    broken = HelpRequestFactory(mentors_due_at=now - timedelta(days=1))
    broken.mentee.profile.delete()

    assert propose_due_requests(now=now) == 2

    broken.refresh_from_db()
    assert broken.mentors_due_at == now + RETRY_AFTER
    assert request_due.matches.count() == 1
