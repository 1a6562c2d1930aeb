"""Questions and offers that nobody answered end, and the request goes on."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client

from accounts.models import Notification
from accounts.notifications.deliver import drain
from matching.jobs import expire
from matching.jobs.expire import expire_unanswered
from matching.jobs.propose import propose_due_requests
from matching.links import answer_link
from matching.models import HelpRequest, Match
from matching.services.ask import ask_mentor
from tests.factories import NOW, HelpRequestFactory, MatchFactory, MentorFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

SECOND = timedelta(seconds=1)


def overdue(status: str = "asked", **fields) -> Match:
    return MatchFactory(status=status, answer_due_at=NOW, **fields)


def kinds(person) -> list[str]:
    return sorted(person.notifications.values_list("kind", flat=True))


@pytest.mark.parametrize("status", ["asked", "offered"])
def test_what_is_past_its_deadline_expires_and_the_next_mentors_are_due(status):
    match = overdue(status)

    assert expire_unanswered(now=NOW - SECOND) == 0
    assert expire_unanswered(now=NOW) == 1
    assert expire_unanswered(now=NOW) == 0

    match.refresh_from_db()
    assert (match.status, match.ended_at, match.answer_due_at) == ("expired", NOW, None)
    assert (match.help_request.status, match.help_request.mentors_due_at) == ("open", NOW)


def test_the_answer_is_due_within_the_setting(settings):
    settings.RESPONSE_WINDOW = timedelta(days=2)
    MentorFactory()
    match = MatchFactory()
    ask_mentor(match_id=match.pk, by=match.help_request.mentee, why_you="You moved as I want to.", now=NOW)

    assert expire_unanswered(now=NOW + timedelta(days=2) - SECOND) == 0
    assert expire_unanswered(now=NOW + timedelta(days=2)) == 1


def test_a_question_that_expires_is_told_to_both():
    match = overdue()

    expire_unanswered(now=NOW)

    assert kinds(match.help_request.mentee) == ["match_expired"]
    assert kinds(match.mentor.user) == ["match_expired_mentor"]


def test_an_offer_that_expires_is_told_to_both():
    match = overdue("offered")

    expire_unanswered(now=NOW)

    assert kinds(match.help_request.mentee) == ["offer_expired_mentee"]
    assert kinds(match.mentor.user) == ["offer_expired"]


def test_the_mentee_reads_that_the_offer_has_ended_and_what_is_next():
    match = overdue("offered", mentor__user__name="Bob <b>Baker</b>")
    MatchFactory(help_request=match.help_request)
    expire_unanswered(now=NOW)

    drain(now=lambda: NOW)

    message = next(message for message in mail.outbox if message.to == [match.help_request.mentee.email])
    assert message.subject == "Bob <b>Baker</b>'s offer to help has ended"
    assert "(no log-in needed):\nhttp://testserver/choose/" in message.body
    assert "Bob &lt;b&gt;Baker&lt;/b&gt; offered to help" in message.alternatives[0].content


def test_the_mentee_reads_who_did_not_answer_and_where_the_next_mentors_are():
    match = overdue(mentor__user__name="Bob <b>Baker</b>")
    MatchFactory(help_request=match.help_request)
    expire_unanswered(now=NOW)

    drain(now=lambda: NOW)

    message = next(message for message in mail.outbox if message.to == [match.help_request.mentee.email])
    assert message.subject == "No answer from Bob <b>Baker</b>: what is next"
    assert "Ask the next one (no log-in needed):\nhttp://testserver/choose/" in message.body
    assert "Bob &lt;b&gt;Baker&lt;/b&gt;" in message.alternatives[0].content


def test_without_another_mentor_the_mentee_reads_that_more_are_looked_for():
    match = overdue()
    expire_unanswered(now=NOW)

    drain(now=lambda: NOW)

    message = next(message for message in mail.outbox if message.to == [match.help_request.mentee.email])
    assert "we are looking for the next mentors now" in message.body
    assert "/choose/" not in message.body


def test_the_next_mentors_are_proposed_and_the_silent_one_is_not():
    match = overdue()
    other = MentorFactory()
    expire_unanswered(now=NOW)

    propose_due_requests(now=NOW)

    assert [m.mentor for m in match.help_request.matches.filter(status="proposed")] == [other]


def test_the_mentee_who_found_a_mentor_meanwhile_is_not_told():
    match = overdue()
    expire_unanswered(now=NOW)
    HelpRequest.objects.update(status="matched", mentors_due_at=None)

    drain(now=lambda: NOW)

    assert [message.to for message in mail.outbox] == [[match.mentor.user.email]]


@pytest.mark.parametrize(
    ("kind", "status"),
    [("match_expired_mentor", "asked"), ("offer_expired", "offered")],
)
def test_the_mentor_reads_a_kind_line(kind, status):
    overdue(status, help_request__mentee__name="Alice Archer")
    expire_unanswered(now=NOW)

    drain(now=lambda: NOW)

    row = Notification.objects.get(kind=kind)
    message = next(message for message in mail.outbox if message.to == [row.recipient.email])
    assert message.body.startswith(f"Hello {row.recipient.first_name},")
    assert "Nothing is left to do" in message.body


@pytest.mark.parametrize("status", ["proposed", "declined", "expired", "withdrawn", "dismissed", "superseded"])
def test_what_does_not_wait_does_not_expire(status):
    MatchFactory(status=status)

    assert expire_unanswered(now=NOW + timedelta(days=365)) == 0


def test_one_that_fails_does_not_stop_the_others(monkeypatch, caplog):
    broken = overdue()
    others = [overdue() for _ in range(3)]
    tell = expire.tell

    def fail_for_one(person, kind, match, now):
        if match.pk == broken.pk:
            raise RuntimeError
        tell(person, kind, match, now)

    monkeypatch.setattr(expire, "tell", fail_for_one)

    assert expire_unanswered(now=NOW) == 3

    broken.refresh_from_db()
    assert broken.status == "asked"
    assert Match.objects.filter(pk__in=[match.pk for match in others], status="expired").count() == 3
    assert f"match {broken.pk}" in caplog.text


def test_more_than_a_batch_expires_in_one_sweep(monkeypatch):
    monkeypatch.setattr("accounts.sweep.BATCH", 2)
    request = HelpRequestFactory()
    for _ in range(5):
        overdue(help_request=request)

    assert expire_unanswered(now=NOW) == 5


def test_the_page_of_an_expired_question_says_so():
    match = overdue()
    expire_unanswered(now=NOW)

    page = Client().get(answer_link(match).removeprefix("http://testserver")).content.decode()

    assert "There was no answer in time, so it has moved on." in page
