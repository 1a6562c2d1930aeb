"""Load: many people use the site at once, with 10,000 mentors and 100,000 members, on web and worker as in production.

Prints the figures of each endpoint, the memory of the processes minute by minute, slow statements, and the sizes of
tables. Any error fails it.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
import time
from argparse import Namespace
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import psutil
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.auth.hashers import make_password
from django.core.cache import cache
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import MentorProfile, User
from config.local import run, services
from matching.models import HelpRequest
from mentorship.models import Session, SessionKind
from tests.bench.database import NAME, bench_database
from tests.bench.figures import NotAsExpected, Report, environment, in_one_line, tell
from tests.bench.flow import running_site, take_plans
from tests.bench.population import Population

MENTORS = 10_000
# Members for each mentor, the mentor among them. Open requests and requests to write for each mentor.
MEMBERS_EACH = 10
OPEN_EACH, WRITTEN_EACH = 0.5, 0.3
# Messages that were sent in the past, and sessions of each mentorship.
MESSAGES_EACH, SESSIONS_EACH = 10, 4
PASSWORD = "correct-horse-battery-staple"
STARTS_A_SECOND = 4
SLOW_MS = 100
SLOW_SHOWN = 15
TABLES_SHOWN = 12
WARM_LIMIT_S = 120
MIB = 2**20

HISTORY = """
INSERT INTO account_emailaddress (user_id, email, verified, "primary") SELECT id, email, true, true FROM accounts_user;
INSERT INTO accounts_rulesacceptance (user_id, rules_id, accepted_at)
SELECT u.id, r.id, u.joined_at FROM accounts_user u, accounts_communityrules r;
INSERT INTO accounts_notification (uuid, recipient_id, kind, key, payload, title, status, due_at, attempts, last_error,
                                   sent_at, created_at, read_at)
SELECT gen_random_uuid(), u.id, 'welcome', 'load:' || n, '{}', 'Welcome', 'sent', past.at, 1, '', past.at, past.at,
       CASE WHEN n > 1 THEN past.at END
FROM accounts_user u, generate_series(1, %(messages)s) n,
     LATERAL (SELECT now() - n * interval '12 days' - u.id * interval '1 second' AS at) past;
"""
# Nothing is overdue: the worker has no backlog that members would wait behind.
IN_TIME = """
UPDATE matching_match SET reminders_sent = 1 WHERE status IN ('asked', 'offered');
UPDATE mentorship_mentorship SET silence_due_at = now() + interval '7 days' WHERE ended_at IS NULL;
UPDATE matching_helprequest SET opened_at = now() - interval '6 days', looked_at = now() - interval '6 days'
WHERE status = 'open';
UPDATE matching_helprequest r SET status = 'withdrawn', closed_at = now() - interval '1 day'
WHERE status = 'open' AND NOT EXISTS (
    SELECT FROM matching_match x WHERE x.help_request_id = r.id AND x.status IN ('proposed', 'asked', 'offered'));
"""
OF_MEMBERS = (
    *("accounts_user", "accounts_profile", "accounts_language", "accounts_careerstep", "accounts_availability"),
    *("account_emailaddress", "accounts_rulesacceptance", "accounts_notification"),
)
OF_MENTORS = (
    *("accounts_mentorprofile", "matching_mentortexts", "mentorship_goalkind_offered_by"),
    "mentorship_sessionkind_offered_by",
)
SIZES = """
SELECT c.relname, coalesce(s.n_live_tup, 0), pg_total_relation_size(c.oid)
FROM pg_class c LEFT JOIN pg_stat_user_tables s ON s.relid = c.oid
WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace ORDER BY 3 DESC
"""


@dataclass(slots=True)
class Memory:
    """PSS by process in MiB, each minute: memory that processes share counts once in their sum."""

    minutes: list[dict[str, list[float]]] = field(default_factory=list)

    def sums(self, minute: int) -> dict[str, float]:
        return {name: sum(each) for name, each in self.minutes[minute].items()}


def bench(options: Namespace) -> Report:
    """Fill a database, start the site, let people use it, and tell what it cost."""
    here = services.data_dir() / "load"
    (here / "static").mkdir(parents=True, exist_ok=True)
    # An old one would make all sweeps due at the start.
    for schedule in here.glob("beat-schedule*"):
        schedule.unlink()
    with run.only_run(here), bench_database():
        surroundings = environment()
        mentors = (options.mentors or [MENTORS])[0]
        cast = fill(here, mentors, seed=options.seed)
        sizes = _sizes(mentors)
        site = {"NUM_PROXIES": "1", "SECRET_KEY": os.environ["SECRET_KEY"]}
        tell("web, worker and beat")
        names = ("web", "worker", "beat")
        with (
            slow_statements() as slow,
            running_site(here, connection.settings_dict["NAME"], names=names, more=site) as port,
        ):
            _until_warm(port)
            with measured_memory(here) as memory:
                figures = _used(here, port, cast, users=options.users, seconds=round(options.minutes * 60))
        grown = _sizes(mentors)
    lines = [
        in_one_line(surroundings),
        f"{mentors:,} mentors, {mentors * MEMBERS_EACH:,} members",
        f"{options.users} people at once for {options.minutes:g} minutes",
        "",
        *_table(figures["endpoints"]),
        "",
        *_memory_lines(memory),
        "",
        *_slow_lines(slow),
        "",
        *_size_lines(sizes),
    ]
    if figures["faults"]:
        raise NotAsExpected("\n".join([*lines, "", "Errors:", *figures["faults"]]))
    content = {
        "environment": surroundings,
        "people": options.users,
        "minutes": options.minutes,
        "endpoints": figures["endpoints"],
        "memory_mib": memory.minutes,
        "slow": slow,
        "sizes": sizes,
        "sizes_after": grown,
    }
    return Report("\n".join(lines), content)


# --- the community ----------------------------------------------------------------------------------------


def fill(here: Path, mentors: int, *, seed: int) -> Path:
    """Write the community with its history, and a file that tells locust who there is. Return its path."""
    began = time.monotonic()
    Population(
        mentors,
        seed=seed,
        mentees=mentors * (MEMBERS_EACH - 1),
        requests=round(mentors * (OPEN_EACH + WRITTEN_EACH)),
        as_of=timezone.now(),
        password=make_password(PASSWORD),
    ).write()
    tell("history: addresses, rules, messages, sessions")
    with transaction.atomic(), connection.cursor() as cursor:
        # Copies of the community and bookings of past sessions are not made.
        cursor.execute("SET LOCAL session_replication_role = replica")
        for statement in (HISTORY + IN_TIME).strip().split(";\n"):
            cursor.execute(statement, {"messages": MESSAGES_EACH})
        _write_sessions(cursor)
    cast = _cast(here, mentors)
    cache.clear()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")
    tell(f"filled in {time.monotonic() - began:.0f} s")
    return cast


def _write_sessions(cursor: Any) -> None:
    """Write past sessions of all mentorships, a week apart, all held."""
    kind = SessionKind.objects.order_by("pk")[0].pk
    names = {field.column for field in Session._meta.concrete_fields}
    given = {
        "uuid": "gen_random_uuid()",
        "mentorship_id": "m.id",
        "kind_id": "%(kind)s",
        "status": "'held'",
        "minutes": "60",
        "starts_at": "m.started_at + n * interval '7 days'",
        "version": "1",
        "created_at": "m.started_at",
        "confirmed_at": "m.started_at",
        "attendance_asked_at": "m.started_at + n * interval '7 days' + interval '2 hours'",
        "is_only": "false",
    } | {name: "''" for name in ("place", "place_zone", "shared_notes") if name in names}
    cursor.execute(
        f"INSERT INTO mentorship_session ({', '.join(given)}) SELECT {', '.join(given.values())} "  # noqa: S608 -- constants
        "FROM mentorship_mentorship m, generate_series(1, %(each)s) n WHERE m.format = 'ongoing'",
        {"kind": kind, "each": SESSIONS_EACH},
    )


def _cast(here: Path, number: int) -> Path:
    """Take the requests that will be written, and write who there is."""
    plans = take_plans(round(number * WRITTEN_EACH))
    busy = {plan.mentee.pk for plan in plans}
    open_now = set(HelpRequest.objects.filter(status="open").values_list("mentee_id", flat=True))
    mentors = list(MentorProfile.objects.filter(status="approved").select_related("user").order_by("pk"))
    mentees = User.objects.filter(pk__gt=number).exclude(pk__in=busy).order_by("pk")[:20_000]
    admins = []
    for index in range(2):
        secret = generate_totp_secret()
        admin = User.objects.create_superuser(f"admin-{index}@example.org", PASSWORD, name=f"Admin {index}")
        EmailAddress.objects.get_or_create(user=admin, email=admin.email, defaults={"verified": True, "primary": True})
        TOTP.activate(admin, secret)
        admins.append({"email": admin.email, "secret": secret})
    with connection.cursor() as cursor:
        common = {}
        for name, column in (("country", "country"), ("field", "field"), ("search", "role")):
            cursor.execute(
                f"SELECT {column} FROM accounts_careerstep GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 30"  # noqa: S608
            )
            common[name] = [value for (value,) in cursor.fetchall() if value]
        cursor.execute("SELECT code FROM accounts_language GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 10")
        common["language"] = [code for (code,) in cursor.fetchall()]
        cursor.execute("SELECT code FROM mentorship_goalkind ORDER BY 1")
        common["goal_kind"] = [code for (code,) in cursor.fetchall()]
    file = here / "cast.json"
    cast = {
        "password": PASSWORD,
        "plans": [{"email": plan.mentee.email, "goal": plan.goal, "draft": plan.draft} for plan in plans],
        "mentees": [user.email for user in mentees if user.pk not in open_now or user.pk % 2],
        "mentors": [mentor.user.email for mentor in mentors],
        "listed": [str(mentor.uuid) for mentor in mentors[:2000]],
        "mentor_of": {str(mentor.uuid): mentor.user.email for mentor in mentors},
        "admins": admins,
        **common,
    }
    file.write_text(json.dumps(cast))
    return file


# --- the run ----------------------------------------------------------------------------------------------


def _until_warm(port: int) -> None:
    """Wait until a web process has the copy of the community. The others map it."""
    give_up_at = time.monotonic() + WARM_LIMIT_S
    while time.monotonic() < give_up_at:
        client = HTTPConnection("127.0.0.1", port, timeout=10)
        client.request("GET", "/healthy/", headers={"Host": f"127.0.0.1:{port}"})
        if client.getresponse().status == 200:
            return
        time.sleep(1)
    raise services.NotAvailable("Web does not become healthy; its lines above may say why.")


def _used(here: Path, port: int, cast: Path, *, users: int, seconds: int) -> dict[str, Any]:
    """Let ``users`` people use the site. Return the figures of locust."""
    tell(f"{users} people for {seconds} s")
    file = here / "figures.json"
    file.unlink(missing_ok=True)
    variables = {"LOAD_CAST": str(cast), "LOAD_FIGURES": str(file)}
    command = run.python(
        *("-m", "locust", "--locustfile", str(Path(__file__).with_name("crowd.py")), "--headless", "--only-summary"),
        *("--users", str(users), "--spawn-rate", str(STARTS_A_SECOND), "--run-time", f"{seconds}s"),
        *("--stop-timeout", "30", "--exit-code-on-error", "0", "--loglevel", "WARNING"),
        *("--host", f"http://127.0.0.1:{port}"),
    )
    done = subprocess.run(
        command,
        cwd=services.BASE_DIR,
        env=os.environ | variables,
        stdout=sys.stderr,
        check=False,
        timeout=seconds + 300,
    )
    if done.returncode or not file.exists():
        raise NotAsExpected(f"locust ended with {done.returncode}; its lines above say why.")
    return json.loads(file.read_text())


@contextmanager
def measured_memory(here: Path) -> Iterator[Memory]:
    """Measure the processes of the site at the start, each minute and at the end."""
    memory, ended = Memory(), threading.Event()

    def measure() -> None:
        while True:
            memory.minutes.append(_memory_of(here / "run.json"))
            if ended.wait(60):
                memory.minutes.append(_memory_of(here / "run.json"))
                return

    thread = threading.Thread(target=measure, name="memory")
    thread.start()
    try:
        yield memory
    finally:
        ended.set()
        thread.join()


def _memory_of(record: Path) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {}
    for pid, _created in json.loads(record.read_text()):
        process = psutil.Process(pid)
        words = process.cmdline()
        name = next(
            (name for name in ("gunicorn", "worker", "beat", "redis") if any(name in word for word in words)), ""
        )
        each = [process, *process.children(recursive=True)]
        found["web" if name == "gunicorn" else name] = [one.memory_full_info().pss / MIB for one in each]
    return found


@contextmanager
def slow_statements() -> Iterator[list[dict[str, Any]]]:
    """Collect statements that take SLOW_MS or more, by their text without values. Empty without the server's log."""
    log = services.data_dir() / "postgres" / "log"
    found: list[dict[str, Any]] = []
    if not log.exists():
        yield found
        return
    at = log.stat().st_size
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER DATABASE {NAME} SET log_min_duration_statement = {SLOW_MS}")
    yield found
    with log.open(errors="replace") as file:
        file.seek(at)
        found += grouped(file.read())


def grouped(log: str) -> list[dict[str, Any]]:
    """Return the statements of a log with their number and times in ms, those that took most time in all first."""
    times: dict[str, list[float]] = defaultdict(list)
    entry = re.compile(
        r"duration: ([\d.]+) ms  (?:statement|execute [^:]*): (.*?)(?=^\d{4}-\d\d-\d\d |\Z)", re.M | re.S
    )
    for duration, statement in entry.findall(log):
        times[without_values(statement)].append(float(duration))
    rows = [
        {"statement": statement, "n": len(each), "sum_ms": sum(each), "longest_ms": max(each)}
        for statement, each in times.items()
    ]
    return sorted(rows, key=lambda row: -row["sum_ms"])


def without_values(statement: str) -> str:
    statement = re.sub(r"'(?:[^']|'')*'", "?", statement)
    statement = re.sub(r"\b\d+(\.\d+)?\b", "?", statement)
    statement = re.sub(r"\?(::\w+(\[\])?)?(\s*,\s*\?(::\w+(\[\])?)?)+", "?, …", statement)
    return re.sub(r"\s+", " ", statement).strip()


# --- the report -----------------------------------------------------------------------------------------


def _sizes(mentors: int) -> dict[str, Any]:
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        cursor.execute("SELECT pg_stat_force_next_flush()")
        cursor.execute(SIZES)
        tables = {name: {"rows": rows, "bytes": size} for name, rows, size in cursor.fetchall()}
        cursor.execute("SELECT pg_database_size(current_database())")
        [whole] = cursor.fetchone()

    def each(names: tuple[str, ...], people: int) -> int:
        return round(sum(tables[name]["bytes"] for name in names) / people)

    return {
        "database_bytes": whole,
        "bytes_a_member": each(OF_MEMBERS, mentors * MEMBERS_EACH),
        "bytes_a_mentor_more": each(OF_MENTORS, mentors),
        "tables": tables,
    }


def _table(rows: list[dict[str, Any]]) -> list[str]:
    cells = [
        [
            *(row["name"], f"{row['n']:,}", f"{row['a_second']:.2f}", f"{row['p50_ms']:,.0f}", f"{row['p95_ms']:,.0f}"),
            *(f"{row['errors']:,}", f"{row['refused']:,}"),
        ]
        for row in rows
    ]
    sums = [f"{sum(row[name] for row in rows):,}" for name in ("n", "errors", "refused")]
    rate = f"{sum(row['a_second'] for row in rows):.2f}"
    return _markdown(
        ["", "n", "a second", "p50 ms", "p95 ms", "errors", "refused"],
        [*cells, ["all", sums[0], rate, "", "", sums[1], sums[2]]],
    )


def _memory_lines(memory: Memory) -> list[str]:
    names = sorted(memory.minutes[0])
    last = len(memory.minutes) - 1
    cells = []
    for number in range(len(memory.minutes)):
        sums = memory.sums(number)
        name = "at the end" if number == last else f"minute {number}"
        cells.append([name, *(f"{sums.get(part, 0):,.0f}" for part in names)])
    each = [", ".join(f"{one:,.0f}" for one in memory.minutes[last][name]) for name in names]
    return _markdown(["PSS, MiB", *names], [*cells, ["each process at the end", *each]])


def _slow_lines(slow: list[dict[str, Any]]) -> list[str]:
    lines = [f"statements of {SLOW_MS} ms or more: {sum(row['n'] for row in slow)}"]
    for row in slow[:SLOW_SHOWN]:
        mean = row["sum_ms"] / row["n"]
        lines.append(
            f"{row['n']:>6} × {mean:>7,.0f} ms, longest {row['longest_ms']:>7,.0f} ms  {row['statement'][:400]}"
        )
    return lines


def _size_lines(sizes: dict[str, Any]) -> list[str]:
    cells = [
        ["the whole database", "", f"{sizes['database_bytes'] / MIB:,.0f}", ""],
        ["a member", "", "", f"{sizes['bytes_a_member']:,}"],
        ["a mentor, on top", "", "", f"{sizes['bytes_a_mentor_more']:,}"],
    ]
    for name, table in list(sizes["tables"].items())[:TABLES_SHOWN]:
        size, rows = table["bytes"], table["rows"]
        cells.append([f"`{name}`", f"{rows:,}", f"{size / MIB:,.0f}", f"{size / max(1, rows):,.0f}"])
    return _markdown(["", "rows", "MiB", "bytes each"], cells)


def _markdown(head: list[str], rows: list[list[str]]) -> list[str]:
    """Return the lines of a table as docs/operations.md has it."""
    lines = [re.sub(r"\|  (?=\|)", "| ", f"| {' | '.join(cells)} |") for cells in (head, *rows)]
    return [lines[0], "|---" * len(head) + "|", *lines[1:]]
