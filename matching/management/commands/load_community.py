"""Load a community file (format 1)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import IntegrityError, OperationalError
from django.utils import timezone
from psycopg.errors import DeadlockDetected, LockNotAvailable, UniqueViolation

from matching.community.load import Loader
from matching.community.schema import BadCommunityFile, parse
from matching.jobs.embed import embed_stale


class Command(BaseCommand):
    # For the demo, which begins with some days behind it.
    stealth_options = ("now",)
    help = "Loads a community file; a bad file is refused whole, with the JSON path and the reason of every fault."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="say what would change, and change nothing")
        parser.add_argument(
            "--password-for-all",
            metavar="PASSWORD",
            help="log-in password for everybody; only while DEBUG is on",
        )

        parser.add_argument(
            "--past-dates", action="store_true", help="accept goals whose date has passed, as in a file of last year"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["password_for_all"] and not settings.DEBUG:
            raise CommandError("--password-for-all is for demos only: it is refused while DEBUG is off.")
        try:
            text = options["file"].read_bytes()
        except OSError as error:
            raise CommandError(f"{options['file']} cannot be read: {error.strerror}.") from None
        try:
            data = parse(text)
            now = options.get("now") or timezone.now()
            loader = Loader(now=now, password=options["password_for_all"], past_dates=options["past_dates"])
            if options["dry_run"]:
                loader.try_out(data)
            else:
                loader.load(data)
        except BadCommunityFile as error:
            faults = "\n".join(f"  {fault}" for fault in error.faults)
            raise CommandError(
                f"{options['file']} is refused, nothing was changed. {len(error.faults)} faults:\n{faults}"
            ) from None
        except (IntegrityError, OperationalError) as error:
            if not isinstance(error.__cause__, UniqueViolation | LockNotAvailable | DeadlockDetected):
                raise
            raise CommandError(
                f"{options['file']} is not loaded, nothing was changed: somebody changes the same people or requests "
                "at this moment. Load it again."
            ) from None
        if not options["dry_run"]:
            embed_stale()  # the next ranking compares texts by meaning, even without a worker
        if options["dry_run"]:
            self.stdout.write("dry run: nothing was changed")
        self.stdout.write(f"{'':15}{'created':>9}{'updated':>9}{'unchanged':>11}")
        for kind, count in loader.counts.items():
            self.stdout.write(f"{kind:15}{count['created']:9}{count['updated']:9}{count['unchanged']:11}")
        for note in loader.notes:
            self.stdout.write(note)
