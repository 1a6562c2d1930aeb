"""Mails that ask members to accept new rules."""

from __future__ import annotations

import pytest
from django.core import mail
from django.utils import timezone

from accounts.jobs import rules as job
from accounts.jobs.rules import ask_about_rules
from accounts.models import Notification
from accounts.services.rules import accept_rules
from tests.factories import UserFactory
from tests.helpers import send
from tests.rules import accept_all, new_rules

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]


@pytest.fixture
def at():
    return timezone.now()


def test_each_member_gets_one_mail_whatever_the_number_of_sweeps(alice, bob, at, monkeypatch):
    monkeypatch.setattr(job, "BATCH", 1)
    new_rules()

    assert [ask_about_rules(now=at) for _sweep in range(2)] == [2, 0]

    assert sorted(Notification.objects.values_list("recipient__email", "kind", "key")) == [
        (alice.email, "rules_changed", "2"),
        (bob.email, "rules_changed", "2"),
    ]


def test_the_mail_leads_to_the_changes_and_says_until_when(alice, at):
    rules = new_rules(at=at)

    ask_about_rules(now=at)
    send(at)

    [sent] = mail.outbox
    assert sent.to == [alice.email]
    assert sent.subject == "The rules of Mentorship have changed: please accept them"
    assert "/rules/accept/" in sent.body
    assert f"Until {rules.required_at:%-d %B %Y} everything works as before." in " ".join(sent.body.split())


def test_a_mail_is_not_sent_to_somebody_who_accepted_meanwhile(alice, at):
    new_rules()
    ask_about_rules(now=at)
    accept_rules(user=alice, version=2, now=at)

    send(at)

    assert mail.outbox == []


def test_a_mail_about_an_older_version_is_not_sent(alice, at):
    new_rules()
    ask_about_rules(now=at)
    new_rules(text="A third text.")
    ask_about_rules(now=at)

    send(at)

    assert len(mail.outbox) == 1
    assert sorted(alice.notifications.values_list("key", "status")) == [("2", "skipped"), ("3", "sent")]


def test_nobody_is_asked_about_the_first_version(alice, at):
    assert ask_about_rules(now=at) == 0


def test_those_who_accepted_are_not_asked(alice, bob, at):
    new_rules()
    accept_all(alice, at=at)

    ask_about_rules(now=at)

    assert [row.recipient for row in Notification.objects.select_related("recipient")] == [bob]


@pytest.mark.parametrize("members", [1, 3])
def test_the_number_of_queries_does_not_grow(members, at, django_assert_num_queries):
    UserFactory.create_batch(members)
    new_rules()

    with django_assert_num_queries(7):
        ask_about_rules(now=at)
