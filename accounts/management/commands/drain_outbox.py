"""`manage.py drain_outbox`: send due messages without a broker or a worker."""

from __future__ import annotations

import logging
import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import InterfaceError, OperationalError, close_old_connections
from django.utils import timezone

from accounts.notifications.deliver import BATCH_MAX, drain
from accounts.notifications.heartbeat import beat

log = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Sends due notifications and webhooks. Needs no broker, and may run beside workers and other drains."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--loop", action="store_true", help="run until SIGTERM or Ctrl-C")
        parser.add_argument("--every", type=float, default=15.0, metavar="SECONDS", help="time between two rounds (15)")

    def handle(self, *args: Any, loop: bool, every: float, **options: Any) -> None:
        self.told_to_stop = threading.Event()
        if not loop:
            done = drain(now=timezone.now) + drain(now=timezone.now, webhooks=True)
            self.stdout.write(f"{done} worked on.")
            return
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self.told_to_stop.set())
        while not self.told_to_stop.is_set():
            if self.drain_once() < BATCH_MAX:
                self.told_to_stop.wait(every)

    def drain_once(self) -> int:
        """Send due rows. Return how many, and 0 while the database is unavailable."""
        try:
            done = drain(now=timezone.now, stop=self.told_to_stop.is_set)
            drain(now=timezone.now, stop=self.told_to_stop.is_set, webhooks=True)
            beat("drain", now=timezone.now())
        except (OperationalError, InterfaceError) as error:
            log.warning("outbox: the database is away (%s)", type(error).__name__)
            return 0
        else:
            return done
        finally:
            close_old_connections()
