"""`manage.py receive_mail`: read one mail from standard input. Any mail server can pipe a mailbox to it."""

from __future__ import annotations

import sys
from email import message_from_bytes
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import InterfaceError, OperationalError
from django.utils import timezone

from mentorship.services.receive import receive

SIZE_MAX = 5_000_000  # octets
# A mail server that sees this status tries again later (EX_TEMPFAIL of sysexits.h).
TRY_AGAIN = 75


class Command(BaseCommand):
    help = "Reads one mail from standard input: an answer to an invitation, or a bounce. Prints what became of it."

    def handle(self, *args: Any, **options: Any) -> None:
        data = sys.stdin.buffer.read(SIZE_MAX + 1)
        if len(data) > SIZE_MAX:
            self.stdout.write("Dropped: it is larger than 5 MB.")
            return
        try:
            self.stdout.write(receive(message_from_bytes(data), now=timezone.now()))
        except RecursionError:
            self.stdout.write("Dropped: it is nested too deeply.")
        except (OperationalError, InterfaceError) as error:
            raise CommandError(
                f"The database is away or busy ({type(error).__name__}): try again.", returncode=TRY_AGAIN
            ) from None
