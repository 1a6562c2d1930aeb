"""Trial mode at delivery: messages to addresses that are not on its list are held."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail

from accounts.adapter import AccountAdapter
from accounts.models import Notification, TrialMode
from accounts.notifications.channels import smtp
from accounts.notifications.channels.mail import MailChannel
from accounts.notifications.claims import claim_next
from accounts.notifications.deliver import deliver, drain
from accounts.notifications.trial import held_count
from accounts.services.trial import set_trial_mode
from tests.factories import NotificationFactory
from tests.helpers import send, status_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]


@pytest.fixture
def trial(now, admin_user):
    """Switch trial mode on for one address, and return a function that switches it."""

    def switch(*, is_on: bool) -> TrialMode:
        before = TrialMode.objects.first()
        return set_trial_mode(
            is_on=is_on,
            addresses=["ada@example.org"],
            by=admin_user,
            was=before.changed_at if before else None,
            now=now,
        )

    switch(is_on=True)
    return switch


HELD = "Held by trial mode, on since 2026-11-23 12:00:00 UTC."


def test_only_a_listed_address_gets_mail(trial, admin_user, now):
    listed, other = NotificationFactory(recipient=admin_user), NotificationFactory()

    send(now)

    assert [message.to for message in mail.outbox] == [["ada@example.org"]]
    assert (status_of(listed), status_of(other)) == (("sent", ""), ("skipped", HELD))


def test_the_address_of_the_mail_counts_and_not_that_of_the_person(trial, admin_user, now):
    payload = {"to": "old@example.org", "subject": "Your address", "text": "It has changed."}
    row = NotificationFactory(recipient=admin_user, payload=payload)

    send(now)

    assert (status_of(row), mail.outbox) == (("skipped", HELD), [])


def test_a_held_secret_is_forgotten(trial, now):
    row = NotificationFactory()

    send(now)

    row.refresh_from_db()
    assert row.payload == {}


def test_a_held_message_is_not_sent_when_trial_mode_ends(trial, now):
    row = NotificationFactory()
    send(now)

    trial(is_on=False)
    send(now + timedelta(days=1))

    assert (status_of(row), mail.outbox) == (("skipped", HELD), [])


def test_without_trial_mode_mail_is_sent_as_usual(trial, now):
    trial(is_on=False)
    NotificationFactory()

    send(now)

    assert len(mail.outbox) == 1


def test_no_connection_is_made_for_a_held_mail(trial, sink, now):
    NotificationFactory()

    assert drain(now=lambda: now) == 1

    assert (sink.connections, sink.received) == (0, [])


def test_a_switch_between_claim_and_send_holds_the_mail(now, admin_user):
    row = NotificationFactory()
    claimed = claim_next(now=now)

    set_trial_mode(is_on=True, addresses=["ada@example.org"], by=admin_user, was=None, now=now)
    deliver(claimed, channel=MailChannel(), now=lambda: now)

    assert (status_of(row), mail.outbox) == (("skipped", HELD), [])


def test_a_switch_while_the_mail_is_sent_stops_it_before_its_last_line(sink, now, admin_user, monkeypatch):
    row = NotificationFactory()
    whole = smtp.TwoPhases.send

    def switch(self, data):
        whole(self, data)
        if b"multipart/alternative" in (data if isinstance(data, bytes) else b""):
            set_trial_mode(is_on=True, addresses=["ada@example.org"], by=admin_user, was=None, now=now)

    monkeypatch.setattr(smtp.TwoPhases, "send", switch)

    assert drain(now=lambda: now) == 1

    assert (status_of(row), sink.received) == (("skipped", HELD), [])


def test_a_sender_without_a_claim_does_not_hold_the_mail_of_another(trial, sink, now):
    row = NotificationFactory()
    Notification.objects.filter(pk=row.pk).update(status="sent", sent_at=now)

    deliver(row, channel=MailChannel(), now=lambda: now)

    assert status_of(row)[0] == "sent"


def test_account_mail_without_an_account_is_held(trial):
    TrialMode.objects.update(addresses=["ada@example.org", "new@example.org"])

    for address in ("nobody@example.org", "new@example.org"):
        AccountAdapter().send_mail("account/email/email_confirmation", address, {"code": "ABC-DEF"})

    assert [message.to for message in mail.outbox] == [["new@example.org"]]
    assert held_count(TrialMode.objects.get()) == 1


def test_account_mail_of_a_member_is_held(trial, alice, now):
    AccountAdapter().send_mail("account/email/password_changed", alice.email, {"user": alice})

    send(now.replace(year=2100))

    assert (status_of(Notification.objects.get()), mail.outbox) == (("skipped", HELD), [])


def test_held_messages_are_counted_since_the_switch(trial, now):
    NotificationFactory.create_batch(2)
    NotificationFactory(status="skipped", last_error="Its recipient wants no such mail.")
    send(now)

    assert held_count(TrialMode.objects.get()) == 2
    assert held_count(trial(is_on=False)) == 0
