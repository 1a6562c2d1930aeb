"""This engine: alone, with the database, against full SQL, and under writers."""

from __future__ import annotations

import json
import os
import random
import subprocess
import threading
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic, perf_counter

from django.conf import settings
from django.db import connection, connections, transaction
from django.db.models import F

from accounts.models import CareerStep, MentorProfile, Profile
from config.local import run, services
from matching.engine import Need, suggest
from matching.engine.score import floors, weights_of
from matching.models import HelpRequest
from matching.selectors.facts import judged_mentors
from matching.selectors.snapshot import Community, current_community, forget_community
from matching.selectors.suggestions import SPARE, best_mentors
from matching.text.encoder import encoder
from tests.bench.figures import Column, measure, private_mib
from tests.bench.sql import FullSql

FIRST = 20
PROPOSED = 5
WRITERS = 4
WRITING_SECONDS = 8.0
# How long a writer keeps its transaction open after writing: long enough for others to begin and end meanwhile.
LATE_BY_SECONDS = 0.2

ALONE = "engine"
WITH_DATABASE = "engine, with the database"
ALL_IN = "request to five mentors with reasons"


def measure_engine(column: Column, needs: Sequence[Need], requests: Sequence[HelpRequest], *, now: datetime) -> None:
    """Add the engine's timings, and what a process needs for the copy of the community."""
    _measure_start(column, Path(settings.SHARED_COPY_DIR), now)
    with current_community(now=now) as community:
        table = community.table
        # Every mentor is judged; no suggestion is built.
        column.timings.append(measure(ALONE, lambda need: suggest(need, table), needs))
    column.timings.append(measure(WITH_DATABASE, lambda need: _with_database(need, now), needs))
    column.timings.append(
        measure(ALL_IN, lambda request: best_mentors(request, now=now, count=PROPOSED), requests[: len(needs)])
    )


def _measure_start(column: Column, shared: Path, now: datetime) -> None:
    """Note what the first process of a machine needs, which reads all mentors, and what those after it need."""
    forget_community()
    started = perf_counter()
    with current_community(now=now):
        column.notes["first process usable after, s"] = perf_counter() - started
    forget_community()
    column.notes["copy, shared, MiB"] = sum(file.stat().st_size for file in shared.iterdir()) / 2**20
    start = f"from tests.bench.engine import print_start; print_start({now.timestamp()})"
    next_process = subprocess.run(
        run.python("manage.py", "shell", "--no-imports", "--command", start),
        env=os.environ | {"DATABASE_URL": services.url_of(connection.settings_dict["NAME"])},
        stdout=subprocess.PIPE,
        check=True,
    )
    for name, value in json.loads(next_process.stdout).items():
        column.notes[f"next process, {name}"] = value


def print_start(now: float) -> None:
    """Print as JSON what a new process needs until it can rank. The encoder is loaded before."""
    encoder()
    connection.ensure_connection()
    memory, started = private_mib(), perf_counter()
    with current_community(now=datetime.fromtimestamp(now, UTC)) as community:
        seconds = perf_counter() - started
        for column in (community.table.ids, community.table.load_cost, community.table.texts):
            if column is not None:
                column[:].sum()  # reads every page
        print(json.dumps({"usable after, ms": 1000 * seconds, "private, MiB": private_mib() - memory}))


def _with_database(need: Need, now: datetime) -> object:
    """Read the log, rank, and check those who would be shown by primary key."""
    with current_community(now=now) as community:
        rows = suggest(need, community.table).order.rows[: FIRST + SPARE]
        users: list[int] = community.table.ids[rows].tolist()
        return community.recheck(users, mentee_id=need.mentee_id)


def compare_with_sql(column: Column, sql: FullSql, needs: Sequence[Need], *, now: datetime) -> None:
    """Note for how many needs one SQL statement, given the engine's floors, finds the same first 20 in order."""
    with current_community(now=now) as community:
        same = sum(_same_by_sql(need, sql, community) for need in needs)
    column.notes["first 20 as by full SQL"] = f"{same:,} of {len(needs):,}"


def _same_by_sql(need: Need, sql: FullSql, community: Community) -> bool:
    table, weights = community.table, weights_of(need)
    least = dict(zip(weights.names, floors(need, table, weights).tolist(), strict=True))
    first: list[int] = table.ids[suggest(need, table).order.rows[:FIRST]].tolist()
    return first == sql.rank(need, count=FIRST, floors=least)


def count_stale(column: Column, needs: Sequence[Need], *, now: datetime, seed: int) -> None:
    """Rank while others write, and note how many of the mentors they changed are then not as in the database."""
    ids = list(MentorProfile.objects.order_by("pk").values_list("pk", flat=True)[:5000])
    touched: set[int] = set()
    end = monotonic() + WRITING_SECONDS
    writers = [
        threading.Thread(target=_write, args=(random.Random(seed + number), ids, touched, end))
        for number in range(WRITERS)
    ]
    for writer in writers:
        writer.start()
    rankings = 0
    while any(writer.is_alive() for writer in writers):
        _with_database(needs[rankings % len(needs)], now)
        rankings += 1
    for writer in writers:
        writer.join()
    users = list(MentorProfile.objects.filter(pk__in=touched).values_list("user_id", flat=True))
    with current_community(now=now) as community:
        truth = {mentor.id: mentor for mentor in judged_mentors(skills=community.skills, now=now, among=users)}
        rows = {user: community.table.row_of(user) for user in users}
        held = {user: community.table.mentor(row) for user, row in rows.items() if row is not None}
    stale = sum(held.get(user) != truth.get(user) for user in users)
    column.notes["stale after concurrent writers"] = f"{stale} of {len(users):,} changed, {rankings:,} rankings"


def _write(chance: random.Random, ids: Sequence[int], touched: set[int], end: float) -> None:
    """Change random mentors in transactions that commit in another order than they began."""
    try:
        while monotonic() < end:
            mentor_id = chance.choice(ids)
            with transaction.atomic():
                mentor = MentorProfile.objects.select_for_update(skip_locked=True).filter(pk=mentor_id).first()
                if mentor is None:
                    continue
                _change(mentor, chance)
                with connection.cursor() as cursor:
                    cursor.execute("SELECT pg_sleep(%s)", [chance.uniform(0, LATE_BY_SECONDS)])
            touched.add(mentor_id)
    finally:
        connections.close_all()


def _change(mentor: MentorProfile, chance: random.Random) -> None:
    match chance.randrange(4):
        case 0:
            MentorProfile.objects.filter(pk=mentor.pk).update(teaches=[f"topic {chance.randrange(1000)}"])
        case 1:
            MentorProfile.objects.filter(pk=mentor.pk).update(capacity=chance.randint(1, 5))
        case 2:
            Profile.objects.filter(user=mentor.user_id).update(skills=[f"skill {chance.randrange(1000)}"])
        case _:
            CareerStep.objects.filter(profile__user=mentor.user_id).update(start_year=F("start_year") - 1)
