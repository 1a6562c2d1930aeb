"""`manage.py outbox_status`: print the figures of the outbox."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from accounts.notifications.figures import outbox_figures


class Command(BaseCommand):
    help = "Shows how many notifications are due, uncertain and dead, for admins and monitors."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print JSON, for a monitor")

    def handle(self, *args: Any, **options: Any) -> None:
        figures = outbox_figures(now=timezone.now())
        if options["json"]:
            self.stdout.write(json.dumps(asdict(figures)))
            return
        oldest = "" if figures.oldest_due_s is None else f", the oldest for {figures.oldest_due_s} s"
        self.stdout.write(f"due        {figures.due}{oldest}")
        self.stdout.write(f"uncertain  {figures.uncertain}")
        self.stdout.write(f"dead       {figures.dead}")
        self.stdout.write(f"bouncing   {figures.bouncing}")
        for name, age in figures.heartbeats_s.items():
            self.stdout.write(f"heartbeat  {name} {age} s ago")
