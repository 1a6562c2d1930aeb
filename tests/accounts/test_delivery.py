"""Delivery to a real SMTP server, and what becomes of a row when the server fails at each step of the dialogue."""

from __future__ import annotations

import smtplib
import time
from datetime import timedelta

import pytest
from django.core.mail.backends.locmem import EmailBackend as LocalMemory

from accounts.models import Notification
from accounts.notifications import deliver as job
from accounts.notifications.channels import smtp
from accounts.notifications.channels.mail import MailChannel
from accounts.notifications.deliver import ATTEMPTS_MAX, LEASE, claim_next, drain, recover
from accounts.notifications.failures import Verdict, judge
from tests.factories import MentorFactory, NotificationFactory, UserFactory
from tests.mail import DROP, HANG, greeting, running_sink

pytestmark = pytest.mark.django_db
SILENT_S = 0.5


@pytest.fixture
def sink(settings, monkeypatch):
    """A running server that the outbox sends to."""
    settings.EMAIL_BACKEND = "accounts.notifications.channels.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_TIMEOUT = "127.0.0.1", SILENT_S
    monkeypatch.setattr(smtp, "ANSWER_S", SILENT_S)
    with running_sink() as sink:
        settings.EMAIL_PORT = sink.port
        yield sink


@pytest.fixture
def mentor():
    return MentorFactory(status="applied")


@pytest.fixture
def held(mentor):
    """A message of a kind that is held when in doubt."""
    return NotificationFactory(kind="mentor_applied", payload={"mentor": str(mentor.uuid)})


def after_the_lease(row, now) -> Notification:
    recover(now=now + LEASE + timedelta(seconds=1))
    row.refresh_from_db()
    return row


def test_what_is_due_arrives_once_over_one_connection(sink, now):
    rows = [NotificationFactory() for _ in range(5)]

    assert drain(now=lambda: now) == 5

    assert set(Notification.objects.values_list("status", flat=True)) == {"sent"}
    assert sink.times_by_id() == {str(row.uuid): 1 for row in rows}
    assert sink.connections == 1


def test_lines_that_begin_with_a_dot_arrive_as_they_are(sink, now):
    text = ".\r\n..two\r\n.hidden\r\nend."
    row = NotificationFactory()
    NotificationFactory(payload=row.payload | {"text": text})

    assert drain(now=lambda: now) == 2

    body = sink.received[1].message.get_body(("plain",)).get_content()
    assert [line for line in body.splitlines() if "." in line] == [".", "..two", ".hidden", "end."]


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

    drain(now=lambda: now)

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
        ("RCPT", "552 5.2.2 mailbox full for years", True),
        ("dot", "550 5.1.1 no such user", True),
        ("RCPT", "554 5.7.1 relay access denied", False),
        ("dot", "554 5.6.0 looks like spam", False),
        ("RCPT", "450 greylisted", False),
    ],
)
def test_only_what_is_said_about_the_address_marks_it_as_bouncing(step, answer, bounces, sink, held, now):
    sink.fails(step, answer)

    drain(now=lambda: now)

    held.recipient.refresh_from_db()
    assert held.recipient.bouncing_since_at == (now if bounces else None)


def test_a_bounce_of_an_address_that_is_to_be_confirmed_is_not_that_of_the_account(sink, alice, now):
    NotificationFactory(recipient=alice, payload={"to": "new@example.org", "subject": "s", "text": "t"})
    sink.fails("RCPT", "550 no such user")

    drain(now=lambda: now)

    alice.refresh_from_db()
    assert (alice.bouncing_since_at, Notification.objects.get().status) == (None, "dead")


def test_an_address_that_bounces_gets_account_mail_only(sink, held, now):
    held.recipient.bouncing_since_at = now
    held.recipient.save()
    code = NotificationFactory(recipient=held.recipient)

    drain(now=lambda: now)

    held.refresh_from_db()
    assert (held.status, held.last_error) == ("skipped", "The address bounces since 2026-11-23 12:00 UTC.")
    assert sink.times_by_id() == {str(code.uuid): 1}


def test_one_bad_address_holds_up_nobody(sink, now):
    bad = NotificationFactory(due_at=now - timedelta(hours=1))
    NotificationFactory.create_batch(3)
    sink.fails("RCPT", "550 no", to=bad.recipient.email)

    assert drain(now=lambda: now) == 4

    bad.refresh_from_db()
    assert (bad.status, len(sink.received)) == ("dead", 3)


def test_a_mail_for_which_the_server_hangs_up_holds_up_the_others_for_one_round(sink, now):
    bad = NotificationFactory(due_at=now - timedelta(hours=1))
    NotificationFactory.create_batch(3)
    sink.fails("RCPT", "421 not this one", to=bad.recipient.email)

    assert drain(now=lambda: now) == 0
    assert drain(now=lambda: now) == 3
    bad.refresh_from_db()
    assert (bad.status, bad.attempts) == ("pending", 0)


def test_a_server_that_went_away_between_two_mails_is_called_again(sink, now):
    """As servers do that take a certain number of mails over one connection."""
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
    assert time.monotonic() - begin < 3 * SILENT_S


def test_a_wrong_password_kills_no_mail(sink, settings, held, now):
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "me", "wrong"

    assert drain(now=lambda: now) == 0

    held.refresh_from_db()
    assert (held.status, held.attempts) == ("pending", 0)


# --- doubt ------------------------------------------------------------------------------------------------


def test_what_may_have_arrived_is_held_and_says_why(sink, held, now):
    sink.fails("dot", DROP)
    drain(now=lambda: now)

    row = after_the_lease(held, now)

    assert (row.status, row.claim, row.attempts) == ("uncertain", None, 1)
    assert row.last_error.startswith("No answer after the last byte was sent")
    assert drain(now=lambda: now + timedelta(days=1)) == 0
    assert len(sink.received) == 1


def test_a_lease_that_runs_is_left_alone(sink, held, now):
    sink.fails("dot", DROP)
    drain(now=lambda: now)

    recover(now=now + LEASE)

    held.refresh_from_db()
    assert held.status == "in_doubt"


def test_a_kind_for_which_a_duplicate_is_better_than_a_loss_is_sent_once_more(sink, now):
    row = NotificationFactory()
    sink.fails("dot", DROP)
    drain(now=lambda: now)
    assert after_the_lease(row, now).status == "pending"
    assert row.payload

    later = now + 2 * LEASE
    drain(now=lambda: later)
    row = after_the_lease(row, later)

    assert (row.status, row.doubts, row.payload, len(sink.received)) == ("uncertain", 1, {}, 2)


def test_a_provider_that_honours_a_key_gets_the_same_one_again(sink, settings, held, now):
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


def test_without_such_a_provider_no_key_is_sent(sink, held, now):
    drain(now=lambda: now)

    assert not [name for name in sink.received[0].message if "idempot" in name.casefold()]


def test_who_lost_the_claim_before_the_last_byte_sends_nothing(sink, held, now, monkeypatch):
    """A sender that froze for longer than its lease wakes with all but the dot on its way."""
    whole = smtp.TwoPhases.send

    def freeze(self, data):
        whole(self, data)
        if b"multipart/alternative" in (data if isinstance(data, bytes) else b""):
            recover(now=now + LEASE + timedelta(seconds=1))

    monkeypatch.setattr(smtp.TwoPhases, "send", freeze)

    assert drain(now=lambda: now) == 1

    held.refresh_from_db()
    assert (held.status, sink.received) == ("pending", [])


def test_an_answer_that_comes_after_all_settles_the_doubt(sink, held, now, monkeypatch):
    whole = smtp.TwoPhases.finish

    def slow(self):
        recover(now=now + LEASE + timedelta(seconds=1))
        assert Notification.objects.get().status == "uncertain"
        return whole(self)

    monkeypatch.setattr(smtp.TwoPhases, "finish", slow)

    drain(now=lambda: now)

    held.refresh_from_db()
    assert (held.status, held.last_error, len(sink.received)) == ("sent", "", 1)


def test_a_message_that_kills_its_sender_is_dead_in_the_end(held, now):
    at = now
    for _ in range(ATTEMPTS_MAX):
        row = claim_next(now=at)
        assert row is not None
        recover(now=at + LEASE + timedelta(seconds=1))
        row.refresh_from_db()
        at = row.due_at

    assert (row.status, row.last_error) == ("dead", "Its sender ended before it was sent.")


def test_a_kind_that_is_no_more_is_dead_and_holds_up_nobody(sink, now):
    gone = NotificationFactory(kind="carrier_pigeon", attempts=ATTEMPTS_MAX - 1, due_at=now - timedelta(hours=1))
    NotificationFactory()

    assert drain(now=lambda: now) == 2

    gone.refresh_from_db()
    assert (gone.status, gone.last_error, len(sink.received)) == ("dead", "It could not be written: LookupError.", 1)


def test_a_round_ends_between_rows_when_told_to(sink, now):
    NotificationFactory.create_batch(3)

    assert drain(now=lambda: now, stop=lambda: len(sink.received) == 2) == 2

    assert Notification.objects.filter(status="pending").count() == 1


def test_a_round_ends_after_its_time(sink, now):
    NotificationFactory.create_batch(3)
    times = iter(now + timedelta(seconds=10 * step) for step in range(100))

    assert 0 < drain(now=lambda: next(times)) < 3


# --- other ways to send, and what their errors mean ---------------------------------------------------------


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
def test_where_there_is_no_dot_the_doubt_begins_with_the_sending(error, status, held, now):
    backend = ByProvider()
    backend.error = error

    job.deliver(claim_next(now=now), channel=MailChannel(backend), now=lambda: now)

    held.refresh_from_db()
    assert held.status == status


def test_a_reply_that_cannot_be_read_decides_nothing():
    assert judge(smtplib.SMTPResponseException(500, "Line too long."), in_doubt=True).verdict is Verdict.UNKNOWN
    assert judge(smtplib.SMTPDataError(-1, b"?"), in_doubt=True).verdict is Verdict.UNKNOWN


def test_the_reason_is_one_line_and_the_log_has_no_words_of_the_server():
    judged = judge(smtplib.SMTPDataError(554, b"5.1.1 <a@example.org>\r\n\x00no" + b"!" * 500), in_doubt=True)

    assert judged.reason.startswith("554 5.1.1 <a@example.org>   no!!!")
    assert (len(judged.reason), judged.code) == (300, "SMTPDataError 554")


def test_who_is_in_a_reply_is_kept_from_the_log(sink, now, caplog):
    row = NotificationFactory(recipient=UserFactory(email="secret@example.org"))
    sink.fails("RCPT", "550 <secret@example.org> unknown")

    drain(now=lambda: now)

    row.refresh_from_db()
    assert "secret@" in row.last_error
    ours = [record.getMessage() for record in caplog.records if record.name.startswith("accounts.")]
    assert ours
    assert "secret@" not in "".join(ours)
