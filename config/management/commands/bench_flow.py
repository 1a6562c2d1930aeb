"""Measure what people wait for: submitting, being proposed mentors, asking and accepting, on a whole running site."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from time import perf_counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from config.local import run, services
from matching.bench.database import bench_database
from matching.bench.figures import Column, environment, table, write_json
from matching.bench.flow import FIRST, NotAsExpected, Site, measure_flow, take_plans
from matching.bench.population import populate

START_LIMIT_S = 60


class Command(BaseCommand):
    help = (
        "Fills a database of its own with synthetic communities, starts web and worker on it as in production, and "
        "measures submit, ask and accept by HTTP, and the time until proposals are stored. Beat is left out: its "
        "sweeps would end what is overdue, and keep the worker busy."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--mentors", type=int, nargs="+", default=[10_000], metavar="M")
        parser.add_argument("--requests", type=int, default=100, metavar="N", help="one each of so many mentees")
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there as well")

    def handle(self, *args: Any, **options: Any) -> None:
        signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that it ends its children and its database
        here = services.data_dir() / "flow"
        (here / "static").mkdir(parents=True, exist_ok=True)
        columns: list[Column] = []
        surroundings: dict[str, str | int] = {}
        try:
            with run.only_run(here):
                for mentors in options["mentors"]:
                    with bench_database():
                        surroundings = environment()
                        columns.append(self._column(here, mentors, options["requests"], options["seed"]))
        except (services.NotAvailable, NotAsExpected) as problem:
            raise CommandError(str(problem)) from problem
        except KeyboardInterrupt:
            raise CommandError("Stopped.") from None
        self.stdout.write(", ".join(f"{name} {value}" for name, value in surroundings.items()))
        self.stdout.write(table(columns, baseline=""))
        if options["json"]:
            write_json(options["json"], columns, seed=options["seed"], surroundings=surroundings)

    def _column(self, here: Path, mentors: int, requests: int, seed: int) -> Column:
        started = perf_counter()
        populate(mentors, seed=seed, tell=self.stderr.write)
        column = Column(mentors, requests)
        column.notes["filled in, s"] = perf_counter() - started
        plans = take_plans(FIRST + requests)
        self.stderr.write("web and worker")
        with site(here, connection.settings_dict["NAME"]) as port:
            self.stderr.write(f"{len(plans)} requests, one after the other")
            measure_flow(column, Site(port), plans)
        return column


@contextmanager
def site(here: Path, database: str) -> Iterator[int]:
    """Run web, worker and a queue of their own on ``database``, as in production; yield the port."""
    port = services.free_port()
    settings = {
        "DATABASE_URL": services.url_of(database),
        "REDIS_URL": services.redis_url(here),
        "EMAIL_URL": "dummymail://",  # mails are rendered, and go nowhere
        "MAIL_SINK_DIR": "",
        "SITE_URL": f"http://127.0.0.1:{port}",
        "ALLOWED_HOSTS": "127.0.0.1",
        "DEBUG": "0",
        "LOG_LEVEL": "WARNING",
        "STATIC_ROOT": str(here / "static"),
    }
    commands = run.commands(port, here)
    # Their lines go where the progress goes; stdout is for the figures.
    with redirect_stdout(sys.stderr), run.Children(here / "run.json", settings) as children:
        children.start("redis", services.redis_command(here))
        for name in ("web", "worker"):
            children.start(name, commands[name])
        until_ready(children, port, settings)
        yield port


def until_ready(children: run.Children, port: int, settings: Mapping[str, str]) -> None:
    """Wait for web and worker. Raises NotAvailable if they do not stay up, or do not answer in time."""
    give_up_at = time.monotonic() + START_LIMIT_S
    while not (run.answers(port) and worker_answers(settings)):
        children.restart_ended()
        if time.monotonic() > give_up_at:
            raise services.NotAvailable("Web and worker do not answer; their lines above may say why.")
        time.sleep(run.LOOK_EVERY_S)


def worker_answers(settings: Mapping[str, str]) -> bool:
    ping = run.python(*"-m celery -A config --quiet inspect ping --timeout 2".split())
    environment = os.environ | dict(settings)
    return subprocess.run(ping, cwd=services.BASE_DIR, env=environment, capture_output=True).returncode == 0  # noqa: S603
