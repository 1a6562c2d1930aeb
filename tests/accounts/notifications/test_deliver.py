"""Delivery of due rows: claims and their leases, second tries, and messages that may have arrived."""

from __future__ import annotations

import smtplib
from datetime import timedelta

import pytest
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.locmem import EmailBackend as LocalMemory

from accounts.models import Notification
from accounts.notifications.channels import smtp
from accounts.notifications.channels.mail import MailChannel
from accounts.notifications.claims import LEASE, claim_next
from accounts.notifications.deliver import ATTEMPTS_MAX, deliver, drain, recover
from tests.factories import MentorFactory, NotificationFactory
from tests.helpers import send
from tests.mail import DROP

pytestmark = pytest.mark.django_db

BUSY = smtplib.SMTPRecipientsRefused({"a@example.org": (452, b"try later")})


class Failing(BaseEmailBackend):
    """An SMTP server that answers every mail with one error."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error

    def send_messages(self, messages):
        raise self.error

    def close(self) -> None:
        pass


def test_due_messages_are_sent_oldest_first_and_once(now):
    NotificationFactory(payload={"to": "b@example.org", "subject": "second", "text": "x"}, due_at=now)
    NotificationFactory(
        payload={"to": "a@example.org", "subject": "first", "text": "x"}, due_at=now - timedelta(hours=1)
    )
    NotificationFactory(due_at=now + timedelta(minutes=1))

    assert drain(now=lambda: now) == 2
    assert drain(now=lambda: now) == 0
    assert [message.subject for message in mail.outbox] == ["first", "second"]


def test_a_secret_is_forgotten_once_sent(now):
    row = NotificationFactory()

    send(now)

    row.refresh_from_db()
    assert (row.status, row.payload, row.claim, row.sent_at) == ("sent", {}, None, now)


def test_a_message_that_is_no_longer_true_is_skipped(now):
    mentor = MentorFactory(status="approved")
    row = NotificationFactory(kind="mentor_applied", payload={"mentor": str(mentor.uuid)})

    send(now)

    row.refresh_from_db()
    assert (row.status, mail.outbox) == ("skipped", [])


def test_a_deactivated_recipient_gets_no_mail(now):
    row = NotificationFactory(recipient__is_active=False)

    send(now)

    row.refresh_from_db()
    assert (row.status, row.payload, mail.outbox) == ("skipped", {}, [])


def test_a_failure_is_tried_again_later(now):
    NotificationFactory()
    row = claim_next(now=now)

    deliver(row, channel=MailChannel(Failing(BUSY)), now=lambda: now)

    row.refresh_from_db()
    assert (row.status, row.attempts, row.claim) == ("pending", 1, None)
    assert now < row.due_at < now + timedelta(minutes=1)
    assert row.last_error == "452 try later"


def test_after_the_last_attempt_the_row_is_dead_and_says_why(now):
    NotificationFactory(attempts=ATTEMPTS_MAX - 1)
    row = claim_next(now=now)

    deliver(row, channel=MailChannel(Failing(BUSY)), now=lambda: now)

    row.refresh_from_db()
    assert (row.status, row.last_error) == ("dead", "452 try later")


def test_a_row_that_cannot_be_rendered_does_not_hold_up_the_others(now):
    bad = NotificationFactory(kind="mentor_applied", payload={}, due_at=now - timedelta(hours=1))
    NotificationFactory()

    assert drain(now=lambda: now) == 2
    bad.refresh_from_db()
    assert (bad.status, bad.last_error, len(mail.outbox)) == ("pending", "It could not be written: KeyError.", 1)


def test_a_message_of_an_unknown_kind_dies_and_does_not_hold_up_the_others(sink, now):
    gone = NotificationFactory(kind="carrier_pigeon", attempts=ATTEMPTS_MAX - 1, due_at=now - timedelta(hours=1))
    NotificationFactory()

    assert drain(now=lambda: now) == 2

    gone.refresh_from_db()
    assert (gone.status, gone.last_error, len(sink.received)) == ("dead", "It could not be written: LookupError.", 1)
    assert gone.failed_at == now


# --- claims and rounds ------------------------------------------------------------------------------------


def test_a_claim_ends_with_its_lease(now):
    NotificationFactory()
    claim_next(now=now)

    recover(now=now + LEASE)
    assert Notification.objects.get().status == "sending"
    recover(now=now + LEASE + timedelta(seconds=1))
    row = Notification.objects.get()
    assert (row.status, row.claim, row.last_error) == ("pending", None, "Its sender ended before it was sent.")
    assert claim_next(now=row.due_at).attempts == 2


def test_a_sender_that_lost_its_claim_changes_nothing(now):
    NotificationFactory()
    slow = claim_next(now=now)
    recover(now=now + LEASE + timedelta(seconds=1))
    later = Notification.objects.get().due_at
    fast = claim_next(now=later)

    deliver(slow, channel=MailChannel(LocalMemory()), now=lambda: later)
    assert (Notification.objects.get().claim, mail.outbox) == (fast.claim, [])
    deliver(fast, channel=MailChannel(LocalMemory()), now=lambda: later)
    assert (Notification.objects.get().status, len(mail.outbox)) == ("sent", 1)


def test_a_sender_that_lost_its_claim_does_not_send_the_last_byte(sink, held, now, monkeypatch):
    """The sender froze for longer than its lease, before it sent the dot."""
    whole = smtp.TwoPhases.send

    def freeze(self, data):
        whole(self, data)
        if b"multipart/alternative" in (data if isinstance(data, bytes) else b""):
            recover(now=now + LEASE + timedelta(seconds=1))

    monkeypatch.setattr(smtp.TwoPhases, "send", freeze)

    assert drain(now=lambda: now) == 1

    held.refresh_from_db()
    assert (held.status, sink.received) == ("pending", [])


def test_a_message_whose_senders_keep_dying_is_dead_after_the_last_attempt(held, now):
    at = now
    for _ in range(ATTEMPTS_MAX):
        row = claim_next(now=at)
        assert row is not None
        recover(now=at + LEASE + timedelta(seconds=1))
        row.refresh_from_db()
        at = row.due_at

    assert (row.status, row.last_error) == ("dead", "Its sender ended before it was sent.")


def test_stop_ends_a_round_between_rows(sink, now):
    NotificationFactory.create_batch(3)

    assert drain(now=lambda: now, stop=lambda: len(sink.received) == 2) == 2

    assert Notification.objects.filter(status="pending").count() == 1


def test_a_round_ends_after_its_time(sink, now):
    NotificationFactory.create_batch(3)
    times = iter(now + timedelta(seconds=10 * step) for step in range(100))

    assert 0 < drain(now=lambda: next(times)) < 3


def test_an_unreachable_server_counts_no_attempts(now, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    rows = [NotificationFactory(), NotificationFactory()]

    assert drain(now=lambda: now) == 0

    for row in rows:
        row.refresh_from_db()
        assert (row.status, row.attempts, row.claim) == ("pending", 0, None)
    assert rows[0].last_error == "ConnectionRefusedError: [Errno 111] Connection refused"


def test_mail_settings_that_cannot_work_count_no_attempts(db, now, settings):
    row = NotificationFactory()
    settings.EMAIL_BACKEND = "accounts.notifications.channels.smtp.EmailBackend"
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = True

    with pytest.raises(ValueError, match="EMAIL_USE_SSL"):
        drain(now=lambda: now)

    row.refresh_from_db()
    assert (row.status, row.attempts) == ("pending", 0)


def test_no_connection_is_opened_if_nothing_is_due(db, now, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1

    assert drain(now=lambda: now) == 0


# --- doubt ------------------------------------------------------------------------------------------------


def after_the_lease(row, now) -> Notification:
    recover(now=now + LEASE + timedelta(seconds=1))
    row.refresh_from_db()
    return row


def test_a_message_that_may_have_arrived_waits_for_an_admin(sink, held, now):
    sink.fails("dot", DROP)
    send(now)

    row = after_the_lease(held, now)

    assert (row.status, row.claim, row.attempts) == ("uncertain", None, 1)
    assert row.failed_at == now + LEASE + timedelta(seconds=1)
    assert row.last_error.startswith("No answer after the last byte was sent")
    assert drain(now=lambda: now + timedelta(days=1)) == 0
    assert len(sink.received) == 1


def test_a_running_lease_is_left_alone(sink, held, now):
    sink.fails("dot", DROP)
    send(now)

    recover(now=now + LEASE)

    held.refresh_from_db()
    assert held.status == "in_doubt"


def test_an_account_mail_in_doubt_is_sent_once_more(sink, now):
    row = NotificationFactory()
    sink.fails("dot", DROP)
    send(now)
    assert after_the_lease(row, now).status == "pending"
    assert row.payload

    later = now + 2 * LEASE
    send(later)
    row = after_the_lease(row, later)

    assert (row.status, row.doubts, row.payload, len(sink.received)) == ("uncertain", 1, {}, 2)


def test_a_provider_that_honours_a_key_gets_the_same_key_each_time(sink, settings, held, now):
    settings.EMAIL_IDEMPOTENCY_HEADER = "X-Idempotency-Key"
    sink.fails("dot", DROP)
    for round_ in range(3):
        drain(now=lambda: now + round_ * 2 * LEASE)  # noqa: B023
        after_the_lease(held, now + round_ * 2 * LEASE)
    sink.script = lambda step, to: None
    drain(now=lambda: now + 7 * LEASE)

    held.refresh_from_db()
    assert (held.status, held.doubts) == ("sent", 3)
    assert [mail.message["X-Idempotency-Key"] for mail in sink.received] == [str(held.uuid)] * 4


def test_no_key_is_sent_without_such_a_provider(sink, held, now):
    send(now)

    assert not [name for name in sink.received[0].message if "idempot" in name.casefold()]


def test_a_late_answer_settles_the_doubt(sink, held, now, monkeypatch):
    whole = smtp.TwoPhases.finish

    def slow(self):
        recover(now=now + LEASE + timedelta(seconds=1))
        assert Notification.objects.get().status == "uncertain"
        return whole(self)

    monkeypatch.setattr(smtp.TwoPhases, "finish", slow)

    send(now)

    held.refresh_from_db()
    assert (held.status, held.last_error, len(sink.received)) == ("sent", "", 1)
