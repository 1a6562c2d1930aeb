"""Measure matching on synthetic communities, in a database of its own."""

from __future__ import annotations

import gc
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from accounts.selectors import Taxonomy, taxonomy
from matching.bench import orm
from matching.bench.database import bench_database
from matching.bench.draw import AS_OF
from matching.bench.engine import ALONE, compare_with_sql, count_stale, measure_engine
from matching.bench.figures import Column, environment, measure, table, write_json
from matching.bench.population import populate
from matching.bench.sql import FullSql, NoVectors
from matching.engine import Need
from matching.models import HelpRequest
from matching.selectors.facts import need_of
from matching.selectors.snapshot import forget_community

SQL, ORM = "full SQL", "Django ORM loop, no text"
# The slower a method, the fewer of its runs anybody waits for.
SQL_RUNS = 100
ORM_RUNS = {1_000: 20, 10_000: 10}
ORM_RUNS_BEYOND = 5


class Command(BaseCommand):
    help = (
        "Fills a database of its own with synthetic communities, and measures how long it takes to find the first 20 "
        "mentors for a request: by this engine, by the Django ORM row by row, by SQL alone."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--mentors", type=int, nargs="+", default=[1_000, 10_000, 100_000], metavar="M")
        parser.add_argument("--requests", type=int, default=200, metavar="N", help="for fast methods; slow ones: fewer")
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there as well")

    def handle(self, *args: Any, **options: Any) -> None:
        columns: list[Column] = []
        surroundings: dict[str, str | int] = {}
        for mentors in options["mentors"]:
            with bench_database():
                surroundings = environment()
                columns.append(self._column(mentors, options["requests"], options["seed"]))
            gc.collect()
        self.stdout.write(", ".join(f"{name} {value}" for name, value in surroundings.items()))
        self.stdout.write(table(columns, baseline=ALONE))
        if options["json"]:
            write_json(options["json"], columns, seed=options["seed"], surroundings=surroundings)

    def _column(self, mentors: int, requests: int, seed: int) -> Column:
        started = perf_counter()
        populate(mentors, seed=seed, tell=self._tell)
        column = Column(mentors, requests)
        column.notes["filled in, s"] = perf_counter() - started
        skills = taxonomy()
        open_requests = read_requests(requests)
        needs = [need_of(request, skills=skills, now=AS_OF) for request in open_requests]
        self._tell("this engine")
        measure_engine(column, needs, open_requests, now=AS_OF)
        self._tell("this engine, while others write")
        count_stale(column, needs, now=AS_OF, seed=seed)
        self._measure_sql(column, needs, skills)
        forget_community()
        self._measure_orm(column, needs, skills)
        return column

    def _measure_sql(self, column: Column, needs: Sequence[Need], skills: Taxonomy) -> None:
        self._tell("full SQL: its own tables")
        started = perf_counter()
        try:
            full_sql = FullSql(skills=skills, now=AS_OF)
        except NoVectors as problem:
            self._tell(str(problem))
            return
        column.notes["full SQL's tables made in, s"] = perf_counter() - started
        self._tell("full SQL")
        column.timings.append(measure(SQL, full_sql.rank, needs[:SQL_RUNS]))
        compare_with_sql(column, full_sql, needs[:SQL_RUNS], now=AS_OF)

    def _measure_orm(self, column: Column, needs: Sequence[Need], skills: Taxonomy) -> None:
        self._tell("Django ORM loop")
        few = needs[: ORM_RUNS.get(column.mentors, ORM_RUNS_BEYOND)]
        column.timings.append(measure(ORM, lambda need: orm.rank(need, skills=skills, now=AS_OF), few))

    def _tell(self, line: str) -> None:
        # Not on stdout, which the figures are for.
        self.stderr.write(line)


def read_requests(number: int) -> list[HelpRequest]:
    """Return the first ``number`` open requests."""
    requests = HelpRequest.objects.filter(status=HelpRequest.Status.OPEN).order_by("pk")
    return list(requests.select_related("goal__kind", "session_kind", "mentee")[:number])
