"""Variables that are not set are completed, those that are set stay, and servers end with their last holder."""

from __future__ import annotations

import os
import re
import signal
import stat
import subprocess
import sys
from pathlib import Path
from unittest import mock

import environ
import psutil
import pytest

from config.local import services

URLS = {
    "DATABASE_URL": "postgres://db.example.org/mentorship",
    "REDIS_URL": "redis://redis.example.org:6379/0",
    "EMAIL_URL": "smtp://mail.example.org:587",
}
# A process that needs the database until its input ends.
HOLDER = (
    "import sys; from config.local import services; services.provide(); print('here', flush=True); sys.stdin.read()"
)
QUERY = """
import sys, psycopg
from config.local import services
server = services.provide().postgres
with psycopg.connect(host=str(server.sockets), user="postgres", dbname="postgres") as connection:
    answer = connection.execute(sys.argv[1])
    print(answer.fetchone()[0] if answer.description else "")
"""


@pytest.fixture
def here(tmp_path, monkeypatch):
    """Return an empty DATA_DIR, beside a code directory without .env, in an environment without URLs."""
    unset = dict.fromkeys((*URLS, "SECRET_KEY", "CREDENTIAL_KEYS", "DEBUG", "MAIL_SINK_DIR"), "")
    monkeypatch.setattr(services, "BASE_DIR", tmp_path)
    with mock.patch.dict(os.environ, {**unset, "DATA_DIR": str(tmp_path / "data")}):
        yield tmp_path / "data"


def run_python(code: str, *arguments: str) -> str:
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def postmaster(here: Path) -> int | None:
    pid_file = here / "postgres" / "postmaster.pid"
    return int(pid_file.read_text().split()[0]) if pid_file.exists() else None


def test_urls_that_are_set_start_nothing(here):
    os.environ.update(URLS)

    provided = services.provide()

    assert provided == services.Provided(postgres=None, redis=False, mail=False)
    assert {name: os.environ[name] for name in URLS} == URLS
    assert not (here / "postgres").exists()
    assert not os.environ["MAIL_SINK_DIR"]


def test_urls_in_the_env_file_count_as_set(here):
    for name in URLS:
        del os.environ[name]
    (services.BASE_DIR / ".env").write_text("".join(f"{name}={url}\n" for name, url in URLS.items()))

    assert services.provide() == services.Provided(postgres=None, redis=False, mail=False)
    assert {name: os.environ[name] for name in URLS} == URLS


def test_the_secret_and_the_mail_port_are_created_once(here):
    os.environ["DATABASE_URL"] = URLS["DATABASE_URL"]
    services.provide()
    first = os.environ["SECRET_KEY"], os.environ["EMAIL_URL"]
    os.environ["SECRET_KEY"] = os.environ["EMAIL_URL"] = ""

    assert services.provide().mail
    assert (os.environ["SECRET_KEY"], os.environ["EMAIL_URL"]) == first
    assert len(first[0]) >= 50
    assert stat.S_IMODE((here / "secret-key").stat().st_mode) == 0o600


def test_the_key_of_credentials_is_created_once(here):
    file = services.data_dir() / "credential-key"

    assert services.signing_key(file) == services.signing_key(file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_django_finds_the_server_in_its_url(here):
    url = services.Postgres(services.data_dir()).url()

    found = environ.Env.db_url_config(url)

    assert (found["HOST"], found["PORT"]) == (str(services.socket_dir(here)), 5432)
    assert (found["USER"], found["NAME"]) == ("postgres", "postgres")


@pytest.mark.parametrize("name", ["d" * 100, "my data", "Müller"])
def test_a_long_or_odd_path_has_its_sockets_in_a_private_directory(tmp_path, name):
    here = tmp_path / name
    here.mkdir()

    sockets = services.socket_dir(here)

    assert len(bytes(sockets / ".s.PGSQL.5432")) <= 103
    assert re.fullmatch(r"[\w./-]+", str(sockets), re.ASCII)
    assert stat.S_IMODE(sockets.stat().st_mode) == 0o700
    assert services.socket_dir(here) == sockets
    sockets.rmdir()


def test_a_directory_for_sockets_that_others_can_enter_is_refused(tmp_path):
    here = tmp_path / "my data"
    here.mkdir()
    sockets = services.socket_dir(here)
    sockets.chmod(0o755)

    with pytest.raises(services.NotAvailable, match="belongs to somebody else"):
        services.socket_dir(here)
    sockets.rmdir()


def test_a_missing_server_is_refused_with_a_remedy(here, monkeypatch):
    monkeypatch.setattr(services, "find_spec", lambda name: None)  # the wheels are not installed
    monkeypatch.setenv("PATH", str(here))

    with pytest.raises(services.NotAvailable, match="set DATABASE_URL"):
        services.provide()
    with pytest.raises(services.NotAvailable, match=r"apt install redis-server.*set REDIS_URL"):
        services.redis_command(here)


def test_the_server_is_shared_and_stops_with_its_last_holder(here):
    holder = subprocess.Popen([sys.executable, "-c", HOLDER], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    holder.stdout.readline()
    shared = postmaster(here)

    assert run_python(QUERY, "SELECT 42") == "42"
    assert postmaster(here) == shared

    holder.communicate()
    assert postmaster(here) is None


def test_data_and_shutdown_survive_a_killed_holder_and_server(here):
    holder = subprocess.Popen([sys.executable, "-c", HOLDER], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    holder.stdout.readline()
    run_python(QUERY, "CREATE TABLE kept AS SELECT 7 AS n")
    os.kill(postmaster(here), signal.SIGKILL)
    holder.kill()
    holder.communicate()

    assert run_python(QUERY, "SELECT n FROM kept") == "7"
    assert postmaster(here) is None


def test_leftover_processes_are_ended_but_not_another_with_the_same_number(tmp_path):
    sleep = [sys.executable, "-c", "import time; time.sleep(60)"]
    left, other = subprocess.Popen(sleep), subprocess.Popen(sleep)
    created = psutil.Process(left.pid).create_time()
    record = tmp_path / "run.json"
    record.write_text(f"[[{left.pid}, {created}], [{other.pid}, {created - 3600}]]")

    services.end_leftovers(record)

    assert left.wait(1) == -signal.SIGTERM
    assert other.poll() is None
    assert not record.exists()
    other.kill()
    other.wait()


def test_a_leftover_that_ignores_sigterm_is_killed(tmp_path, monkeypatch):
    monkeypatch.setattr(services, "STOP_LIMIT_S", 0.2)
    stubborn = "import signal, time; signal.signal(15, signal.SIG_IGN); print(flush=True); time.sleep(60)"
    left = subprocess.Popen([sys.executable, "-c", stubborn], stdout=subprocess.PIPE)
    left.stdout.readline()
    services.remember(tmp_path / "run.json", [left.pid])

    services.end_leftovers(tmp_path / "run.json")

    assert left.wait(1) == -signal.SIGKILL
    left.stdout.close()


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (
            "postgres://me:secret@db:5433/mentorship?sslmode=require",
            "postgres://me:secret@db:5433/bench?sslmode=require",
        ),
        ("postgres://postgres@:5432//run/sockets/postgres", "postgres://postgres@:5432//run/sockets/bench"),
    ],
)
def test_the_url_of_another_database_differs_in_its_name_only(monkeypatch, url, expected):
    monkeypatch.setenv("DATABASE_URL", url)

    assert services.url_of("bench") == expected


def test_the_log_of_the_server_holds_nothing_of_a_refused_row(here):
    """A handled IntegrityError must not leave addresses and hashes of passwords in a log."""
    holder = subprocess.Popen([sys.executable, "-c", HOLDER], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    holder.stdout.readline()
    run_python(
        QUERY,
        "CREATE TABLE person (email text UNIQUE, hash text); INSERT INTO person VALUES ('anna@example.org', 'h4sh')",
    )

    with pytest.raises(subprocess.CalledProcessError):
        run_python(QUERY, "INSERT INTO person VALUES ('anna@example.org', 'h4sh')")

    holder.communicate()
    log = (here / "postgres" / "log").read_text()
    assert "duplicate key" in log
    assert "anna" not in log
    assert "h4sh" not in log
