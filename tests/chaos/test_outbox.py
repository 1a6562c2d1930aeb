"""No mail is lost under kill -9, or while a server is away.

`make test` runs a short version. `make chaos` sends 500 mails for each line of its table (CHAOS_SENDS), and adds tests
with the workers and beats of Celery, which start slowly.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psutil
import psycopg
import pytest
import redis
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import Notification
from accounts.notifications.deliver import drain
from accounts.notifications.write import notify
from config.local import services
from tests.chaos.drainer import POINTS
from tests.factories import MentorFactory, UserFactory
from tests.mail import DROP, Sink, running_sink

pytestmark = pytest.mark.django_db(transaction=True)
FULL = "CHAOS_SENDS" in os.environ
SENDS = int(os.environ.get("CHAOS_SENDS") or 20)
SHARE = "0.05" if FULL else "0.2"  # in the short run, enough for some to die
WAIT_S = 240  # attempts of one row wait up to a minute, and more on a busy machine
SETTLED = {"sent", "skipped", "uncertain", "dead"}


# --- the table --------------------------------------------------------------------------------------------


@dataclass
class Run:
    """A line of the table: a test, and the fate of its mails."""

    name: str
    kills: int = 0
    begin: float = field(default_factory=time.monotonic)
    seconds: float = 0
    statuses: Counter[str] = field(default_factory=Counter)
    sends: int = 0
    lost: int = 0
    twice: int = 0
    arrived: int = 0  # uncertain mails that did arrive

    def judge(self, statuses: dict[str, str], times: Counter[str]) -> None:
        """Compare rows with accepted mails. A mail is lost if it did not arrive and its row does not admit it."""
        self.seconds = time.monotonic() - self.begin
        self.statuses = Counter(statuses.values())
        self.sends = len(statuses)
        self.lost = sum(times[uuid] == 0 for uuid, status in statuses.items() if status not in ("uncertain", "dead"))
        self.arrived = sum(times[uuid] > 0 for uuid, status in statuses.items() if status == "uncertain")
        self.twice = sum(times[uuid] > 1 for uuid in statuses)


@pytest.fixture(scope="module")
def table() -> Iterator[list[Run]]:
    runs: list[Run] = []
    yield runs
    print(
        f"\n{'':<66}{'sends':>6}{'kills':>6}{'lost':>6}{'twice':>6}{'uncertain':>10}{'arrived':>9}{'dead':>6}{'s':>6}"
    )
    for run in runs:
        print(
            f"{run.name:<66}{run.sends:>6}{run.kills:>6}{run.lost:>6}{run.twice:>6}"
            f"{run.statuses['uncertain']:>10}{run.arrived:>9}{run.statuses['dead']:>6}{run.seconds:>6.0f}"
        )


@pytest.fixture
def run(table, request) -> Run:
    run = Run(request.node.name)
    table.append(run)
    return run


def check(run: Run, *, uncertain: range) -> None:
    assert (run.lost, run.twice, run.statuses["dead"]) == (0, 0, 0)
    assert run.statuses["uncertain"] in uncertain
    assert set(run.statuses) <= SETTLED
    assert run.sends == SENDS


# --- participants -----------------------------------------------------------------------------------------


@pytest.fixture
def sink() -> Iterator[Sink]:
    with running_sink() as sink:
        sink.slowness_s = lambda: random.uniform(0, 0.02)  # so that some processes die between dot and answer
        yield sink


@pytest.fixture
def messages(rung) -> Callable[[int], None]:
    """Return a function that writes messages, of a kind that is held if its delivery is uncertain."""
    mentor, people = MentorFactory(status="applied"), UserFactory.create_batch(5, is_staff=True)

    def write(count: int) -> None:
        for number in range(count):
            now = timezone.now()
            notify(
                recipient=people[number % len(people)],
                kind="mentor_applied",
                key=f"{number}:{now.isoformat()}",
                payload={"mentor": str(mentor.uuid)},
                now=now,
            )

    return write


def database_url() -> str:
    url = urlsplit(os.environ["DATABASE_URL"])
    parent = url.path.rpartition("/")[0]  # the path may begin with the directory of a socket
    return urlunsplit(url._replace(path=f"{parent}/{connection.settings_dict['NAME']}"))


def statuses(url: str = "") -> dict[str, str]:
    if not url:
        return {str(uuid): status for uuid, status in Notification.objects.values_list("uuid", "status")}
    # The URL is "postgres://user@:5432/directory/name", with the directory of the socket.
    directory, _, name = urlsplit(url).path.rpartition("/")
    try:
        with psycopg.connect(host=directory, port=5432, user="postgres", dbname=name) as own:
            return {str(uuid): status for uuid, status in own.execute("SELECT uuid, status FROM accounts_notification")}
    except psycopg.OperationalError:
        return {"": "away"}


def until_settled(url: str = "", meanwhile: Callable[[], None] = lambda: None) -> None:
    deadline = time.monotonic() + WAIT_S
    while not set(statuses(url).values()) <= SETTLED:
        assert time.monotonic() < deadline, Counter(statuses(url).values())
        meanwhile()
        time.sleep(0.05)


@contextlib.contextmanager
def started(*command: str, sink: Sink, log: Path, **environment: str) -> Iterator[subprocess.Popen[str]]:
    """Run a process of this project with its children on the database and the mail server of the test."""
    environment = os.environ | {
        "DATABASE_URL": database_url(),
        "EMAIL_URL": f"smtp://127.0.0.1:{sink.port}",
        **environment,
    }
    with log.open("a") as stderr:
        process = subprocess.Popen(
            [sys.executable, "-m", *command],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        end(process)


def end(process: subprocess.Popen[str]) -> None:
    process.terminate()
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(timeout=15)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


@contextlib.contextmanager
def drains(run: Run, *options: str, sink: Sink, log: Path, **environment: str) -> Iterator[psutil.Process]:
    """Run processes that drain the outbox, and count the killed ones."""
    with started("tests.chaos.drainer", *options, sink=sink, log=log, **environment) as process:
        assert process.stdout.readline() == "ready\n"
        run.begin = time.monotonic()
        yield psutil.Process(process.pid)
        process.terminate()
        run.kills += int(process.stdout.readline())


def killer(processes: psutil.Process, sink: Sink) -> Callable[[], None]:
    """Return a function that kills a random process if a mail has arrived since the last kill.

    Without this condition, a slow machine would never send a mail.
    """
    arrived = -1

    def kill() -> None:
        nonlocal arrived
        if len(sink.received) > arrived:
            # Only a kill that met a process counts: the next one waits for another mail.
            with contextlib.suppress(psutil.NoSuchProcess, IndexError):
                random.choice(processes.children()).kill()
                arrived = len(sink.received)
        time.sleep(random.uniform(0.1, 0.4))

    return kill


@pytest.fixture
def log(tmp_path):
    return tmp_path / "log"


# --- killed drains ----------------------------------------------------------------------------------------


def test_two_drains_at_once(run, messages, sink, log):
    messages(SENDS)
    with drains(run, sink=sink, log=log):
        until_settled()
    run.judge(statuses(), sink.times_by_id())

    check(run, uncertain=range(1))
    assert run.kills == 0


def test_two_drains_killed_at_random(run, messages, sink, log):
    messages(SENDS)
    with drains(run, sink=sink, log=log) as processes:
        until_settled(meanwhile=killer(processes, sink))
    run.judge(statuses(), sink.times_by_id())

    check(run, uncertain=range(run.kills + 1))
    assert run.kills


@pytest.mark.parametrize("point", POINTS)
def test_two_drains_killed(point, run, messages, sink, log):
    messages(SENDS)
    with drains(run, "--die-at", point, "--share", SHARE, sink=sink, log=log):
        until_settled()
    run.judge(statuses(), sink.times_by_id())

    in_doubt = point in ("before dot", "after dot", "before noting")
    check(run, uncertain=range(run.kills, run.kills + 1) if in_doubt else range(1))


def test_killed_after_the_dot_with_a_provider_that_honours_a_key(run, messages, sink, log):
    """The provider accepts a mail with a known key, and does not deliver it again."""
    messages(SENDS)
    options = ("--die-at", "after dot", "--share", SHARE)
    with drains(run, *options, sink=sink, log=log, EMAIL_IDEMPOTENCY_HEADER="Idempotency-Key"):
        until_settled()
    keys = {mail.message["Idempotency-Key"] for mail in sink.received}
    run.judge(statuses(), Counter(keys))

    check(run, uncertain=range(1))


def test_a_mail_server_that_fails_at_every_step(run, messages, sink, log):
    failures = [("MAIL", DROP), ("MAIL", "421 no"), ("RCPT", "452 no"), ("RCPT", DROP), ("DATA", DROP)]
    failures += [("dot", "451 no"), ("dot", DROP)]

    def script(step: str, to: str) -> str | None:
        return dict(random.sample(failures, 1)).get(step) if random.random() < 0.1 else None

    sink.script = script
    messages(SENDS)
    with drains(run, sink=sink, log=log):
        until_settled()
    run.judge(statuses(), sink.times_by_id())

    check(run, uncertain=range(SENDS // 4))


# --- Redis, which only wakes the worker -------------------------------------------------------------------


@contextlib.contextmanager
def own_redis() -> Iterator[tuple[subprocess.Popen, str]]:
    with tempfile.TemporaryDirectory(prefix="chaos-") as directory:
        here = Path(directory)
        process = subprocess.Popen(services.redis_command(here), stdout=subprocess.DEVNULL)
        try:
            client = redis.Redis(unix_socket_path=f"{services.socket_dir(here)}/redis.sock")
            until_answers(client)
            yield process, services.redis_url(here)
        finally:
            process.kill()
            process.wait()


def until_answers(client: redis.Redis) -> None:
    deadline = time.monotonic() + 10
    while True:
        with contextlib.suppress(redis.ConnectionError):
            client.ping()
            return
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.mark.parametrize("harm", ["refused", "frozen", "killed", "flushed"])
def test_redis_while_messages_are_written(harm, run, monkeypatch, settings, sink):
    mentor, admin = MentorFactory(status="applied"), UserFactory(is_staff=True)
    slowest = 0.0
    with own_redis() as (process, url):
        monkeypatch.setenv("CELERY_BROKER_URL", "redis://127.0.0.1:1/0" if harm == "refused" else url)
        for number in range(SENDS):
            if number == SENDS // 2:
                if harm == "frozen":
                    process.send_signal(signal.SIGSTOP)
                elif harm == "killed":
                    process.kill()
                    process.wait()
            begin = time.monotonic()
            with transaction.atomic():
                payload = {"mentor": str(mentor.uuid)}
                assert notify(
                    recipient=admin, kind="mentor_applied", key=str(number), payload=payload, now=timezone.now()
                )
            slowest = max(slowest, time.monotonic() - begin)
        if harm == "flushed":
            path = urlsplit(url).path
            redis.Redis(unix_socket_path=path).flushall()
        process.send_signal(signal.SIGCONT)
    settings.EMAIL_BACKEND, settings.EMAIL_HOST = "accounts.notifications.channels.smtp.EmailBackend", "127.0.0.1"
    settings.EMAIL_PORT = sink.port
    while drain(now=timezone.now):
        pass
    run.judge(statuses(), sink.times_by_id())

    check(run, uncertain=range(1))
    assert slowest < 2


# --- PostgreSQL, which holds the queue --------------------------------------------------------------------


@contextlib.contextmanager
def own_postgres() -> Iterator[tuple[services.Postgres, str]]:
    """Run a server with a copy of the database of the test, which a test can kill."""
    with tempfile.TemporaryDirectory(prefix="chaos-") as directory:
        os.chmod(directory, 0o755)  # noqa: S103 - as root, the server runs as another user
        server = services.Postgres(Path(directory))
        server.hold()
        try:
            copy_to(server)
            yield server, server.url("copy")
        finally:
            atexit.unregister(server._release)
            server._run("pg_ctl", "stop", "-m", "immediate", "-D", str(server.data))


def copy_to(server: services.Postgres) -> None:
    source = connection.settings_dict
    programs = services.programs()
    here = ["-h", str(server.sockets), "-p", "5432", "-U", "postgres"]
    subprocess.run([programs / "createdb", *here, "copy"], check=True)
    there = ["-h", source["HOST"], "-p", str(source["PORT"]), "-U", source["USER"]]
    dump = subprocess.Popen([programs / "pg_dump", *there, source["NAME"]], stdout=subprocess.PIPE)
    subprocess.run([programs / "psql", "-q", *here, "copy"], stdin=dump.stdout, stdout=subprocess.DEVNULL, check=True)
    assert dump.wait() == 0


@pytest.mark.skipif("sockets" not in os.environ.get("DATABASE_URL", "sockets"), reason="needs the embedded server")
def test_postgresql_restarted_under_load(run, messages, sink, log):
    messages(SENDS)
    with own_postgres() as (server, url):

        def restart() -> None:
            time.sleep(random.uniform(0.2, 0.8))
            mode = random.choice(["fast", "immediate"])
            command = ["pg_ctl", "restart", "-m", mode, "-D", str(server.data)]
            server._run(*command, "-l", str(server.data / "log"), "-o", server._options)
            restarts.append(mode)
            time.sleep(1)

        restarts: list[str] = []
        most = 6 if FULL else 1
        with drains(run, sink=sink, log=log, DATABASE_URL=url):
            until_settled(url, meanwhile=lambda: restart() if len(restarts) < most else None)
        run.judge(statuses(url), sink.times_by_id())
    assert restarts
    run.kills = len(restarts)

    check(run, uncertain=range(1 + 2 * len(restarts)))


# --- Celery -----------------------------------------------------------------------------------------------


@pytest.mark.full
def test_two_beats_and_a_worker_group_killed_while_redis_flaps(run, messages, sink, log, tmp_path):
    celery = ("celery", "-A", "tests.chaos.worker", "--quiet")
    worker = (*celery, "worker", "--concurrency", "2", "--loglevel", "WARNING")

    with own_redis() as (process, url), contextlib.ExitStack() as beats:
        client = redis.Redis(unix_socket_path=urlsplit(url).path)
        for name in ("one", "two"):
            beat = (*celery, "beat", "--loglevel", "WARNING", "--schedule", str(tmp_path / name))
            beats.enter_context(started(*beat, "--pidfile", "", sink=sink, log=log, REDIS_URL=url))
        run.begin = time.monotonic()
        sink.slowness_s = lambda: random.uniform(0, 0.2)
        messages(SENDS)
        while not set(statuses().values()) <= SETTLED:
            assert time.monotonic() < run.begin + WAIT_S
            with started(*worker, sink=sink, log=log, REDIS_URL=url) as group:
                time.sleep(random.uniform(5, 9))
                client.flushall()
                process.send_signal(signal.SIGSTOP)
                time.sleep(random.uniform(0.5, 1.5))
                process.send_signal(signal.SIGCONT)
                time.sleep(random.uniform(0, 2))
                if not set(statuses().values()) <= SETTLED:
                    os.killpg(group.pid, signal.SIGKILL)
                    run.kills += 1
    run.judge(statuses(), sink.times_by_id())

    check(run, uncertain=range(2 * run.kills + 1))
