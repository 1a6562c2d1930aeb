"""Say whom to recruit as mentors."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from matching.selectors.recruit import RECRUITS_MAX, WAITING_MAX, whom_to_recruit


class Command(BaseCommand):
    help = (
        "Lists the mentors to look for: the profiles that would free most requests without a mentor, of the "
        f"{WAITING_MAX} that wait longest. The first is the best one; each further one frees most of what is left."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--count", type=int, default=RECRUITS_MAX, metavar="N", help="at most N profiles")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["count"] < 1:
            raise CommandError("--count takes a number from 1 on.")
        found = whom_to_recruit(now=timezone.now(), count=options["count"])
        if not found:
            self.stdout.write(
                "Nobody to recruit: no waiting request would be freed by a mentor with the role, field and language "
                "that it asks for."
            )
        for number, one in enumerate(found, start=1):
            self.stdout.write(f"{number:3}. {one.sentence}")
            for request in one.frees:
                self.stdout.write(f"       {request.ref or request.uuid}  {request.goal}")
