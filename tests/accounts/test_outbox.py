"""The outbox: one row for each message, sent once, and what happens when sending fails."""

from __future__ import annotations

import smtplib
from datetime import timedelta

import pytest
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.locmem import EmailBackend as LocalMemory

from accounts.models import Notification
from accounts.notifications.channels.mail import MailChannel
from accounts.notifications.deliver import ATTEMPTS_MAX, LEASE, claim_next, deliver, drain, recover
from accounts.notifications.write import notify
from tests.factories import MentorFactory, NotificationFactory, UserFactory

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


def test_a_message_is_written_once_for_its_key(alice, now, rung):
    payload = {"to": "alice@example.org", "subject": "Hello", "text": "Text"}
    first = notify(recipient=alice, kind="account_mail", key="1", payload=payload, now=now)
    second = notify(recipient=alice, kind="account_mail", key="1", payload=payload, now=now)

    assert (first, second) == (True, False)
    assert alice.notifications.count() == 1


def test_the_worker_is_woken_after_the_commit(alice, now, rung, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        notify(recipient=alice, kind="account_mail", key="1", payload={"subject": "A", "text": "B"}, now=now)
        assert rung == []

    assert rung == [("accounts.notifications.tasks.drain_outbox",)]


def test_what_is_due_is_sent_oldest_first_and_once(now):
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

    drain(now=lambda: now)

    row.refresh_from_db()
    assert (row.status, row.payload, row.claim, row.sent_at) == ("sent", {}, None, now)


def test_what_is_no_longer_true_is_skipped(now):
    mentor = MentorFactory(status="approved")
    row = NotificationFactory(kind="mentor_applied", payload={"mentor": str(mentor.uuid)})

    drain(now=lambda: now)

    row.refresh_from_db()
    assert (row.status, mail.outbox) == ("skipped", [])


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


def test_a_claim_whose_sender_died_is_taken_over_after_its_lease(now):
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


def test_names_and_texts_are_escaped_in_the_html_and_plain_in_the_text(admin_user, now):
    mentor = MentorFactory(status="applied", user__name="Eve <script>alert(1)</script>", motivation="Tom & I <3 it")
    NotificationFactory(recipient=admin_user, kind="mentor_applied", payload={"mentor": str(mentor.uuid)})

    drain(now=lambda: now)

    [message] = mail.outbox
    html = message.alternatives[0].content
    assert "<script>" not in html
    assert "&lt;script&gt;" in html
    assert "Tom & I <3 it" in message.body


def test_a_line_break_in_a_name_stays_out_of_the_headers(admin_user, now):
    mentor = MentorFactory(status="applied", user__name="Eve\r\nBcc: all@example.org")
    NotificationFactory(recipient=admin_user, kind="mentor_applied", payload={"mentor": str(mentor.uuid)})

    drain(now=lambda: now)

    [message] = mail.outbox
    assert message.subject == "Eve Bcc: all@example.org wants to mentor"
    assert message.message()["Bcc"] is None


def test_the_inbox_has_no_account_mail_and_nobody_elses(api, now, rung):
    alice, mentor = UserFactory(), MentorFactory(status="applied")
    payload = {"mentor": str(mentor.uuid)}
    notify(recipient=alice, kind="mentor_applied", key="1", payload=payload, now=now)
    notify(recipient=mentor.user, kind="mentor_applied", key="1", payload=payload, now=now)
    NotificationFactory(recipient=alice)

    [row] = api(alice).get("/api/v1/notifications/").json()["results"]
    assert row["kind"] == "mentor_applied"
    read = api(alice).post(f"/api/v1/notifications/{row['uuid']}/read/")
    assert read.json()["read_at"] is not None


def test_who_left_gets_no_mail(now):
    row = NotificationFactory(recipient__is_active=False)

    drain(now=lambda: now)

    row.refresh_from_db()
    assert (row.status, row.payload, mail.outbox) == ("skipped", {}, [])


def test_while_no_server_answers_nothing_is_tried_and_nothing_is_lost(now, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    rows = [NotificationFactory(), NotificationFactory()]

    assert drain(now=lambda: now) == 0

    for row in rows:
        row.refresh_from_db()
        assert (row.status, row.attempts, row.claim) == ("pending", 0, None)
    assert rows[0].last_error == "ConnectionRefusedError: [Errno 111] Connection refused"


def test_with_nothing_due_no_server_is_called(db, now, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1

    assert drain(now=lambda: now) == 0
