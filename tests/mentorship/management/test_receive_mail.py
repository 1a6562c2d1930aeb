"""`manage.py receive_mail` reads a mail from standard input."""

from __future__ import annotations

import io
import sys
import time

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError

from mentorship.management.commands import receive_mail

pytestmark = pytest.mark.django_db

ENDLESS = """From: eve@example.org
Content-Type: text/calendar; method=COUNTER

BEGIN:VCALENDAR
METHOD:COUNTER
BEGIN:VTIMEZONE
TZID:Endless
BEGIN:STANDARD
DTSTART:19000101T000000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
RRULE:FREQ=SECONDLY
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:19000101T000000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
END:DAYLIGHT
END:VTIMEZONE
BEGIN:VEVENT
UID:1
DTSTART;TZID=Endless:20261127T120000
ATTENDEE:mailto:eve@example.org
END:VEVENT
END:VCALENDAR
"""


def run(monkeypatch, data: bytes) -> str:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
    out = io.StringIO()
    call_command("receive_mail", stdout=out)
    return out.getvalue()


@pytest.mark.parametrize("data", [b"", b"\xff\xfe\0", b"From: eve@example.org\r\n\r\nHello \xff", b"\r\n" * 999])
def test_any_bytes_are_read(data, monkeypatch):
    assert run(monkeypatch, data) == "Dropped: it is neither an answer of a calendar nor a bounce.\n"


def test_a_mail_without_end_is_dropped(monkeypatch):
    assert run(monkeypatch, b"x" * 5_000_001) == "Dropped: it is larger than 5 MB.\n"


def test_a_mail_inside_of_too_many_is_dropped(monkeypatch):
    parts = (b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (n, n) for n in range(3000))

    assert run(monkeypatch, b"From: eve@example.org\n" + b"".join(parts)) == "Dropped: it is nested too deeply.\n"


def test_a_sender_without_end_is_dropped(monkeypatch):
    assert run(monkeypatch, b"From: " + b"(" * 100_000).startswith("Dropped")


def test_a_zone_that_changes_its_clock_each_second_is_dropped(monkeypatch):
    monkeypatch.setattr(receive_mail, "SECONDS_MAX", 1)
    began = time.process_time()

    said = run(monkeypatch, ENDLESS.encode())

    assert said == "Dropped: it takes too long to read.\n"
    assert time.process_time() - began < 10


def test_the_mail_server_tries_again_while_the_database_is_away(monkeypatch):
    def away(*_args, **_named):
        raise OperationalError

    monkeypatch.setattr(receive_mail, "receive", away)

    with pytest.raises(CommandError, match="try again") as caught:
        run(monkeypatch, b"")

    assert caught.value.returncode == 75
