"""`manage.py receive_mail`: read one mail from standard input. Any mail server can pipe a mailbox to it."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandError
from django.db import InterfaceError, OperationalError
from django.utils import timezone

from mentorship.services.receive import receive

SIZE_MAX = 5_000_000  # octets
# Processor time. A wait for the database does not count.
SECONDS_MAX = 20
# A mail server that sees this status tries again later (EX_TEMPFAIL of sysexits.h).
TRY_AGAIN = 75


class TakesTooLong(BaseException):
    """The mail took SECONDS_MAX. No Exception: those of the parsers only say that a mail is no calendar."""


@contextmanager
def _limited_time() -> Iterator[None]:
    """Raise TakesTooLong after SECONDS_MAX. A time zone of a few lines can change its clock each second for ever."""

    def stop(*_: object) -> NoReturn:
        raise TakesTooLong

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS_MAX)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


class Command(BaseCommand):
    help = "Reads one mail from standard input: an answer to an invitation, or a bounce. Prints what became of it."

    def handle(self, *args: Any, **options: Any) -> None:
        data = sys.stdin.buffer.read(SIZE_MAX + 1)
        if len(data) > SIZE_MAX:
            self.stdout.write("Dropped: it is larger than 5 MB.")
            return
        try:
            with _limited_time():
                said = receive(message_from_bytes(data), now=timezone.now())
            self.stdout.write(said)
        except TakesTooLong:
            self.stdout.write("Dropped: it takes too long to read.")
        except RecursionError:
            self.stdout.write("Dropped: it is nested too deeply.")
        except (OperationalError, InterfaceError) as error:
            raise CommandError(
                f"The database is away or busy ({type(error).__name__}): try again.", returncode=TRY_AGAIN
            ) from None
