"""`python -m tests.bench`: measure matching, flow, outbox, sessions, the home, imports, assignment, drafts and load."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
from importlib import import_module
from pathlib import Path

import django

from config.local import services
from tests.bench.figures import NotAsExpected

PARTS = ("matching", "flow", "outbox", "sessions", "home", "imports", "assignment", "drafts")
# These run only if they are named.
LONG_PARTS = ("load",)


def main() -> None:
    options = parsed()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # children and databases are ended then as well
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        if not services.is_set("DATABASE_URL"):
            services.provide()
        django.setup()
        for part in options.parts:
            # Models can be imported only now.
            report = import_module(f"tests.bench.{part}").bench(options)
            print(report.text, flush=True)
            if options.json:
                file = options.json / f"{part}.json" if options.json.is_dir() else options.json
                file.write_text(json.dumps(report.content, indent=1, ensure_ascii=False) + "\n")
    except (services.NotAvailable, NotAsExpected) as problem:
        sys.exit(str(problem))
    except KeyboardInterrupt:
        sys.exit("Stopped.")


def parsed() -> argparse.Namespace:
    """Return the options. None for a number: each part has its own default."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench",
        description="Matching: find the first 20 mentors for a request, by this engine, by SQL alone, and by the "
        "Django ORM row by row. Flow: submit, ask and accept by HTTP, on web and worker as in production. Outbox: one "
        "worker sends mails to a server on this machine, and finds the due ones among many rows. "
        "Sessions: times suggested to two busy people, and one sweep over due reminders. Home: the page of the admin "
        "with 10,000 mentors and 200,000 requests. Imports: dry run and application of a file of 10,000 people. "
        "Assignment: cohorts of several sizes, by this engine and by others, and raw profiles to a certified draft. "
        "Drafts: the worker makes the draft of a cohort in the database, and organisers open its pages. "
        "Load, only if it is named: many people at once, with 100,000 members.",
    )
    parser.add_argument(
        "parts",
        nargs="*",
        default=PARTS,
        metavar="PART",
        help=f"{', '.join(PARTS)} (the default), {', '.join(LONG_PARTS)}",
    )
    parser.add_argument("--mentors", type=int, nargs="+", metavar="M", help="matching, flow: sizes of the community")
    parser.add_argument("--requests", type=int, metavar="N", help="matching, flow; slow methods rank fewer")
    parser.add_argument("--seed", type=int, default=1, help="all but outbox and sessions")
    parser.add_argument("--mentees", type=int, nargs="+", metavar="N", help="assignment, drafts: sizes of the cohort")
    parser.add_argument("--mails", type=int, default=1000, metavar="N", help="outbox: mails to send")
    parser.add_argument("--rows", type=int, default=1_000_000, metavar="N", help="outbox: rows to find due ones among")
    parser.add_argument("--minutes", type=float, default=10, metavar="N", help="load: how long people use the site")
    parser.add_argument("--users", type=int, default=30, metavar="N", help="load: people at once")
    parser.add_argument(
        "--json", type=Path, metavar="PATH", help="also write the figures there; several parts: a folder"
    )
    options = parser.parse_args()
    if unknown := set(options.parts) - {*PARTS, *LONG_PARTS}:
        parser.error(f"unknown part: {', '.join(sorted(unknown))}")
    if options.json and len(options.parts) > 1 and not options.json.is_dir():
        parser.error("--json must name an existing folder if several parts are measured")
    return options


if __name__ == "__main__":
    main()
