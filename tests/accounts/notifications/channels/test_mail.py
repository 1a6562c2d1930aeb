"""Mail over a real SMTP server that fails at each step of the dialogue, and through a provider's backend."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from django.core.mail.backends.locmem import EmailBackend as LocalMemory

from accounts.models import Notification
from accounts.notifications import deliver as job
from accounts.notifications.channels.mail import MailChannel
from accounts.notifications.claims import claim_next
from accounts.notifications.deliver import drain
from tests.factories import NotificationFactory, UserFactory
from tests.helpers import send, status_of
from tests.mail import DROP, HANG, greeting

pytestmark = pytest.mark.django_db


def test_due_mails_arrive_once_over_one_connection(sink, now):
    rows = [NotificationFactory() for _ in range(5)]

    assert drain(now=lambda: now) == 5

    assert set(Notification.objects.values_list("status", flat=True)) == {"sent"}
    assert sink.times_by_id() == {str(row.uuid): 1 for row in rows}
    assert sink.connections == 1


def test_lines_that_begin_with_a_dot_arrive_as_they_are(sink, now):
    text = ".\r\n..two\r\n.hidden\r.bare\nend."
    row = NotificationFactory()
    NotificationFactory(payload=row.payload | {"text": text})

    assert drain(now=lambda: now) == 2

    body = sink.received[1].message.get_body(("plain",)).get_content()
    assert [line for line in body.splitlines() if "." in line] == [".", "..two", ".hidden", ".bare", "end."]


SEPARATORS = "\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"
LONG = {
    "no separator": "a" * 5000,
    **{f"U+{ord(char):04X}": "a" * 880 + char + "b" * 900 for char in SEPARATORS},
    "another script": "\u2028".join(["\u5b57" * 320] * 20),
    "control characters": "\x07" * 2000,
    "dots": "." * 2000,
    "a dot after a separator": "\u2028.\u2028".join(["a" * 600] * 3),
}


@pytest.mark.parametrize("text", LONG.values(), ids=LONG)
def test_a_long_line_of_any_cause_arrives_as_it_is_in_short_ascii_lines(text, sink, now):
    row = NotificationFactory()
    row.payload |= {"text": text}
    row.save()

    send(now)

    assert status_of(row) == ("sent", "")
    assert row.recipient.bouncing_since_at is None
    [received] = sink.received
    assert received.message.get_body(("plain",)).get_content().removesuffix("\r\n") == text
    raw = received.message.as_bytes()
    assert raw.isascii()
    assert max(map(len, raw.split(b"\n"))) <= 78


@pytest.mark.parametrize("char", SEPARATORS + "\x07\x1b\x7f\r\n\t")
def test_a_subject_is_one_line_without_control_characters(char, sink, now):
    row = NotificationFactory()
    row.payload |= {"subject": f"Anna{char}{char}Bcc: all@example.org {'x' * 150}"}
    row.save()

    send(now)

    [received] = sink.received
    assert received.message["Subject"].startswith("Anna Bcc: all@example.org xxx")
    assert received.message["Bcc"] is None


def test_a_subject_that_looks_encoded_arrives_as_it_is_written(sink, now):
    row = NotificationFactory()
    row.payload |= {"subject": "=?utf-8?q?www=2Eexample=2Eorg?= wants to mentor"}
    row.save()

    send(now)

    [received] = sink.received
    assert received.message["Subject"] == "= ?utf-8?q?www=2Eexample=2Eorg?= wants to mentor"


@pytest.mark.parametrize(
    ("step", "answer", "status", "attempts", "reason"),
    [
        ("MAIL", "421 going down", "pending", 0, "421 going down"),
        ("MAIL", "550 not from you", "pending", 1, "550 not from you"),
        ("MAIL", DROP, "pending", 1, "SMTPServerDisconnected"),
        ("MAIL", HANG, "pending", 1, "SMTPServerDisconnected"),
        ("RCPT", "421 going down", "pending", 0, "421 going down"),
        ("RCPT", "452 too many", "pending", 1, "452 too many"),
        ("RCPT", "550 5.1.1 no such user", "dead", 1, "550 5.1.1 no such user"),
        ("RCPT", "554 5.7.1 relay access denied", "dead", 1, "554 5.7.1 relay access denied"),
        ("RCPT", DROP, "pending", 1, "SMTPServerDisconnected"),
        ("RCPT", HANG, "pending", 1, "SMTPServerDisconnected"),
        ("DATA", "451 not now", "pending", 1, "451 not now"),
        ("DATA", "554 no", "dead", 1, "554 no"),
        ("DATA", DROP, "pending", 1, "SMTPServerDisconnected"),
        ("dot", "421 going down", "pending", 0, "421 going down"),
        ("dot", "452 full", "pending", 1, "452 full"),
        ("dot", "552 5.3.4 too big", "dead", 1, "552 5.3.4 too big"),
        ("dot", "554 5.6.0 no", "dead", 1, "554 5.6.0 no"),
        ("dot", "251 forwarded", "sent", 1, ""),
        ("dot", DROP, "in_doubt", 1, "No answer after the last byte was sent (SMTPServerDisconnected"),
        ("dot", HANG, "in_doubt", 1, "No answer after the last byte was sent (SMTPServerDisconnected"),
        ("dot", "gibberish", "in_doubt", 1, "No answer after the last byte was sent (SMTPDataError"),
    ],
)
def test_each_failure_of_the_server_has_its_consequence(step, answer, status, attempts, reason, sink, held, now):
    sink.fails(step, answer)

    send(now)

    held.refresh_from_db()
    assert (held.status, held.attempts) == (status, attempts)
    assert held.last_error.startswith(reason)
    assert bool(held.claim) is (status == "in_doubt")
    assert (held.due_at > now) is (status == "pending")


@pytest.mark.parametrize(
    ("step", "answer", "bounces"),
    [
        ("RCPT", "550 no such user", True),
        ("RCPT", "550 5.1.1 no such user", True),
        ("RCPT", "552 5.2.2 mailbox full for years", False),
        ("RCPT", "550 no", False),
        ("DATA", "550 5.1.1 no such user", False),
        ("dot", "550 5.1.1 no such user", False),
        ("RCPT", "554 5.7.1 relay access denied", False),
        ("dot", "554 5.6.0 looks like spam", False),
        ("RCPT", "450 greylisted", False),
    ],
)
def test_only_an_error_about_the_mailbox_marks_its_address_as_bouncing(step, answer, bounces, sink, held, now):
    sink.fails(step, answer)

    send(now)

    held.recipient.refresh_from_db()
    assert held.recipient.bouncing_since_at == (now if bounces else None)


def test_a_bounce_of_an_unconfirmed_address_does_not_mark_the_account(sink, alice, now):
    NotificationFactory(recipient=alice, payload={"to": "new@example.org", "subject": "s", "text": "t"})
    sink.fails("RCPT", "550 no such user")

    send(now)

    alice.refresh_from_db()
    assert (alice.bouncing_since_at, Notification.objects.get().status) == (None, "dead")


def test_an_address_that_bounces_gets_account_mail_only(sink, held, now):
    held.recipient.bouncing_since_at = now
    held.recipient.save()
    code = NotificationFactory(recipient=held.recipient)

    send(now)

    held.refresh_from_db()
    assert (held.status, held.last_error) == ("skipped", "The address has bounced since 2026-11-23 12:00 UTC.")
    assert sink.times_by_id() == {str(code.uuid): 1}


def test_a_bad_address_does_not_hold_up_other_mails(sink, now):
    bad = NotificationFactory(due_at=now - timedelta(hours=1))
    NotificationFactory.create_batch(3)
    sink.fails("RCPT", "550 no", to=bad.recipient.email)

    assert drain(now=lambda: now) == 4

    bad.refresh_from_db()
    assert (bad.status, len(sink.received)) == ("dead", 3)


def test_a_421_ends_the_round_and_the_next_round_sends_the_other_mails(sink, now):
    bad = NotificationFactory(due_at=now - timedelta(hours=1))
    NotificationFactory.create_batch(3)
    sink.fails("RCPT", "421 not this one", to=bad.recipient.email)

    assert drain(now=lambda: now) == 0
    assert drain(now=lambda: now) == 3
    bad.refresh_from_db()
    assert (bad.status, bad.attempts) == ("pending", 0)


def test_a_connection_lost_between_two_mails_is_opened_again(sink, now):
    """Some servers take only a certain number of mails over one connection."""
    NotificationFactory.create_batch(3)
    channel = MailChannel()
    for _ in range(3):
        assert job.deliver(claim_next(now=now), channel=channel, now=lambda: now)
        channel.backend.connection.sock.shutdown(2)
    channel.close()

    assert set(Notification.objects.values_list("status", "attempts")) == {("sent", 1)}
    assert sink.connections == 3


@pytest.mark.parametrize("line", [b"421 come back later\r\n", b"554 go away\r\n", b""], ids=["421", "554", "silence"])
def test_a_server_that_does_not_greet_counts_as_no_attempt(line, sink, settings, held, now):
    begin = time.monotonic()
    with greeting(line) as settings.EMAIL_PORT:
        assert drain(now=lambda: now) == 0

    held.refresh_from_db()
    assert (held.status, held.attempts, held.claim, held.due_at) == ("pending", 0, None, now)
    assert held.last_error
    assert time.monotonic() - begin < 3 * settings.EMAIL_TIMEOUT


def test_a_wrong_password_counts_as_no_attempt(sink, settings, held, now):
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "me", "wrong"

    assert drain(now=lambda: now) == 0

    held.refresh_from_db()
    assert (held.status, held.attempts) == ("pending", 0)


def test_an_address_in_a_reply_is_kept_out_of_the_log(sink, now, caplog):
    row = NotificationFactory(recipient=UserFactory(email="secret@example.org"))
    sink.fails("RCPT", "550 <secret@example.org> unknown")

    send(now)

    row.refresh_from_db()
    assert "secret@" in row.last_error
    ours = [record.getMessage() for record in caplog.records if record.name.startswith("accounts.")]
    assert ours
    assert "secret@" not in "".join(ours)


# --- a backend that is no SMTP ------------------------------------------------------------------------------


class ByProvider(LocalMemory):
    """A backend that is no SMTP, such as django-anymail's."""

    error: Exception | None = None

    def send_messages(self, messages):
        assert Notification.objects.get().status == "in_doubt"
        if self.error:
            raise self.error
        return super().send_messages(messages)


class ApiError(Exception):
    def __init__(self, status_code: int | None) -> None:
        super().__init__("as the provider says")
        self.status_code = status_code


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (None, "sent"),
        (ConnectionRefusedError(), "pending"),
        (ApiError(429), "pending"),
        (ApiError(401), "pending"),
        (ApiError(422), "dead"),
        (ApiError(500), "in_doubt"),
        (ApiError(None), "in_doubt"),
        (TimeoutError(), "in_doubt"),
    ],
    ids=repr,
)
def test_a_backend_that_is_no_smtp_is_in_doubt_from_the_start(error, status, held, now):
    backend = ByProvider()
    backend.error = error

    job.deliver(claim_next(now=now), channel=MailChannel(backend), now=lambda: now)

    held.refresh_from_db()
    assert held.status == status
