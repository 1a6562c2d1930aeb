"""Measure matching on synthetic communities, in a database of its own."""

from __future__ import annotations

import gc
import os
from argparse import Namespace
from collections.abc import Sequence
from tempfile import TemporaryDirectory
from time import perf_counter

from django.conf import settings

from accounts.selectors import Taxonomy, taxonomy
from matching.engine import Need
from matching.models import HelpRequest
from matching.selectors.needs import need_of
from matching.selectors.snapshot import forget_community
from tests.bench import orm
from tests.bench.database import bench_database
from tests.bench.draw import AS_OF
from tests.bench.engine import ALONE, compare_with_sql, count_stale, measure_engine
from tests.bench.figures import Column, Report, environment, measure, report, tell
from tests.bench.population import populate
from tests.bench.sql import FullSql, NoVectors

MENTORS, REQUESTS = (1_000, 10_000, 100_000), 200
SQL, ORM = "full SQL", "Django ORM loop, no text"
# The slower a method, the fewer of its runs anybody waits for.
SQL_RUNS = 100
ORM_RUNS = {1_000: 20, 10_000: 10}
ORM_RUNS_BEYOND = 5


def bench(options: Namespace) -> Report:
    """Measure how long it takes to find the first 20 mentors for a request, in communities of several sizes."""
    columns: list[Column] = []
    surroundings: dict[str, str | int] = {}
    for mentors in options.mentors or MENTORS:
        with bench_database(), TemporaryDirectory() as shared:
            settings.SHARED_COPY_DIR = os.environ["SHARED_COPY_DIR"] = shared
            surroundings = environment()
            columns.append(_column(mentors, options.requests or REQUESTS, options.seed))
        forget_community()
        gc.collect()
    return report(columns, baseline=ALONE, seed=options.seed, surroundings=surroundings)


def _column(mentors: int, requests: int, seed: int) -> Column:
    started = perf_counter()
    populate(mentors, seed=seed)
    column = Column(mentors, requests)
    column.notes["filled in, s"] = perf_counter() - started
    skills = taxonomy()
    open_requests = read_requests(requests)
    needs = [need_of(request, skills=skills, now=AS_OF) for request in open_requests]
    tell("this engine")
    measure_engine(column, needs, open_requests, now=AS_OF)
    tell("this engine, while others write")
    count_stale(column, needs, now=AS_OF, seed=seed)
    _measure_sql(column, needs, skills)
    forget_community()
    _measure_orm(column, needs, skills)
    return column


def _measure_sql(column: Column, needs: Sequence[Need], skills: Taxonomy) -> None:
    tell("full SQL: its own tables")
    started = perf_counter()
    try:
        full_sql = FullSql(skills=skills, now=AS_OF)
    except NoVectors as problem:
        tell(str(problem))
        return
    column.notes["full SQL's tables made in, s"] = perf_counter() - started
    tell("full SQL")
    column.timings.append(measure(SQL, full_sql.rank, needs[:SQL_RUNS]))
    compare_with_sql(column, full_sql, needs[:SQL_RUNS], now=AS_OF)


def _measure_orm(column: Column, needs: Sequence[Need], skills: Taxonomy) -> None:
    tell("Django ORM loop")
    few = needs[: ORM_RUNS.get(column.mentors, ORM_RUNS_BEYOND)]
    column.timings.append(measure(ORM, lambda need: orm.rank(need, skills=skills, now=AS_OF), few))


def read_requests(number: int) -> list[HelpRequest]:
    """Return the first ``number`` open requests."""
    requests = HelpRequest.objects.filter(status=HelpRequest.Status.OPEN).order_by("pk")
    return list(requests.select_related("goal__kind", "session_kind", "mentee")[:number])
