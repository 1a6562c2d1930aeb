"""Questions and offers without an answer expire, and the request goes on."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail

from accounts.models import Notification
from accounts.notifications.deliver import drain
from matching.jobs import expire
from matching.jobs.expire import expire_unanswered
from matching.jobs.propose import propose_due_requests
from matching.links import answer_link
from matching.models import HelpRequest, Match
from tests.factories import NOW, HelpRequestFactory, MatchFactory, MentorFactory
from tests.helpers import kinds
from tests.matching.helpers import mail_to, overdue, read
from tests.moves import ask

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

SECOND = timedelta(seconds=1)


@pytest.mark.parametrize("status", ["asked", "offered"])
def test_a_match_past_its_deadline_expires_and_the_next_search_is_due(status):
    match = overdue(status)

    assert expire_unanswered(now=NOW - SECOND) == 0
    assert expire_unanswered(now=NOW) == 1
    assert expire_unanswered(now=NOW) == 0

    match.refresh_from_db()
    assert (match.status, match.ended_at, match.answer_due_at) == ("expired", NOW, None)
    assert (match.help_request.status, match.help_request.mentors_due_at) == ("open", NOW)


def test_the_deadline_follows_the_setting(settings):
    settings.RESPONSE_WINDOW = timedelta(days=2)
    MentorFactory()
    match = MatchFactory()
    ask(match, NOW)

    assert expire_unanswered(now=NOW + timedelta(days=2) - SECOND) == 0
    assert expire_unanswered(now=NOW + timedelta(days=2)) == 1


def test_a_match_that_waits_for_no_answer_does_not_expire():
    for status in ("proposed", "declined", "expired", "withdrawn", "dismissed", "superseded"):
        MatchFactory(status=status)

    assert expire_unanswered(now=NOW + timedelta(days=365)) == 0


def test_a_match_that_fails_does_not_stop_the_others(monkeypatch, caplog):
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


def test_both_sides_are_told_of_an_expired_question():
    match = overdue()

    expire_unanswered(now=NOW)

    assert kinds(match.help_request.mentee) == ["match_expired"]
    assert kinds(match.mentor.user) == ["match_expired_mentor"]


def test_both_sides_are_told_of_an_expired_offer():
    match = overdue("offered")

    expire_unanswered(now=NOW)

    assert kinds(match.help_request.mentee) == ["offer_expired_mentee"]
    assert kinds(match.mentor.user) == ["offer_expired"]


def test_the_mail_about_an_expired_offer_links_to_the_next_mentors():
    match = overdue("offered", mentor__user__name="Bob <b>Baker</b>")
    MatchFactory(help_request=match.help_request)
    expire_unanswered(now=NOW)

    drain(now=lambda: NOW)

    message = mail_to(match.help_request.mentee)
    assert message.subject == "Bob <b>Baker</b>'s offer to help has ended"
    assert "(no log-in needed):\nhttp://testserver/choose/" in message.body
    assert "Bob &lt;b&gt;Baker&lt;/b&gt; offered to help" in message.alternatives[0].content


def test_the_mail_about_an_expired_question_links_to_the_next_mentors():
    match = overdue(mentor__user__name="Bob <b>Baker</b>")
    MatchFactory(help_request=match.help_request)
    expire_unanswered(now=NOW)

    drain(now=lambda: NOW)

    message = mail_to(match.help_request.mentee)
    assert message.subject == "No answer from Bob <b>Baker</b>: what is next"
    assert "Ask the next one (no log-in needed):\nhttp://testserver/choose/" in message.body
    assert "Bob &lt;b&gt;Baker&lt;/b&gt;" in message.alternatives[0].content


def test_the_mail_without_another_mentor_says_that_the_search_goes_on():
    match = overdue()
    expire_unanswered(now=NOW)

    drain(now=lambda: NOW)

    message = mail_to(match.help_request.mentee)
    assert "we are looking for the next mentors now" in message.body
    assert "/choose/" not in message.body


def test_the_silent_mentor_is_not_proposed_again():
    match = overdue()
    other = MentorFactory()
    expire_unanswered(now=NOW)

    propose_due_requests(now=NOW)

    assert [m.mentor for m in match.help_request.matches.filter(status="proposed")] == [other]


def test_a_mentee_who_found_a_mentor_meanwhile_gets_no_mail():
    match = overdue()
    expire_unanswered(now=NOW)
    HelpRequest.objects.update(status="matched", mentors_due_at=None)

    drain(now=lambda: NOW)

    assert [message.to for message in mail.outbox] == [[match.mentor.user.email]]


@pytest.mark.parametrize(
    ("kind", "status"),
    [("match_expired_mentor", "asked"), ("offer_expired", "offered")],
)
def test_the_mail_to_the_mentor_asks_for_nothing(kind, status):
    overdue(status, help_request__mentee__name="Alice Archer")
    expire_unanswered(now=NOW)

    drain(now=lambda: NOW)

    row = Notification.objects.get(kind=kind)
    message = mail_to(row.recipient)
    assert message.body.startswith(f"Hello {row.recipient.name},")
    assert "Nothing is left to do" in message.body


def test_the_page_of_an_expired_question_says_that_it_moved_on():
    match = overdue()
    expire_unanswered(now=NOW)

    assert "There was no answer in time, so it has moved on." in read(answer_link(match))
