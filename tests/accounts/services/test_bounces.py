"""Reports about mails that were not delivered after all."""

from __future__ import annotations

from datetime import timedelta
from email import message_from_string

import pytest

from accounts.services.bounces import note_bounce
from tests.factories import NOW, NotificationFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

REPORT = """From: MAILER-DAEMON@mx.example.net
To: mentors@example.org
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

The mail could not be delivered.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.net
Arrival-Date: Mon, 23 Nov 2026 12:00:00 +0000

Final-Recipient: rfc822; {address}
Original-Recipient: rfc822;{address}
Action: {action}
Status: {status}
Diagnostic-Code: {diagnostic}

--b
Content-Type: {returned}

From: mentors@example.org
To: {address}
Message-ID: <{uuid}@example.org>
Subject: A session

--b--
"""
UNKNOWN_USER = "smtp; 550 5.1.1 <anna@example.org>: Recipient address\n    rejected: User unknown"


@pytest.fixture
def row():
    return NotificationFactory(recipient=UserFactory(email="anna@example.org"))


def report(row, **facts):
    facts = {
        "address": "anna@example.org",
        "action": "failed",
        "status": "5.1.1",
        "diagnostic": UNKNOWN_USER,
        "returned": "text/rfc822-headers",
        "uuid": row.uuid,
    } | facts
    return message_from_string(REPORT.format(**facts))


def bouncing_since(row):
    row.recipient.refresh_from_db()
    return row.recipient.bouncing_since_at


@pytest.mark.parametrize("returned", ["text/rfc822-headers", "message/rfc822"])
def test_a_mailbox_that_is_not_there_bounces(returned, row):
    assert note_bounce(report(row, returned=returned), now=NOW).startswith("Done")

    assert bouncing_since(row) == NOW


def test_an_address_in_other_letters_is_the_same(row):
    note_bounce(report(row, address="Anna@Example.org"), now=NOW)

    assert bouncing_since(row) == NOW


def test_a_later_bounce_keeps_the_first_time(row):
    note_bounce(report(row), now=NOW)
    note_bounce(report(row), now=NOW + timedelta(days=1))

    assert bouncing_since(row) == NOW


@pytest.mark.parametrize(
    "facts",
    [
        {"action": "delayed"},
        {"action": "delivered", "status": "2.0.0", "diagnostic": "smtp; 250 2.0.0 OK"},
        {"status": "4.2.2", "diagnostic": "smtp; 452 4.2.2 Mailbox full"},
        {"status": "5.7.1", "diagnostic": "smtp; 550 5.7.1 Blocked as spam"},
        {"status": "5.3.4", "diagnostic": "smtp; 552 5.3.4 Message too big"},
        {"address": "bert@example.org"},
        {"address": ""},
        {"uuid": "6b1f4b56-0b53-4a4e-9f1c-2f4f0b1a7a11"},
        {"uuid": "another"},
    ],
    ids=str,
)
def test_a_report_that_says_something_else_marks_nobody(facts, row):
    note_bounce(report(row, **facts), now=NOW)

    assert bouncing_since(row) is None


def test_a_person_who_changed_the_address_is_not_marked(row):
    row.recipient.email = "anna@example.com"
    row.recipient.save()

    note_bounce(report(row), now=NOW)

    assert bouncing_since(row) is None


def test_the_status_counts_where_the_server_said_nothing_precise(row):
    note_bounce(report(row, diagnostic="smtp; 550 no"), now=NOW)

    assert bouncing_since(row) == NOW


def test_another_mail_is_no_report(row):
    assert note_bounce(message_from_string("From: anna@example.org\n\nHello"), now=NOW) is None
