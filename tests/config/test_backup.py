"""A backup by the commands of docs/deployment.md, restored over another state of the database: all is as it was."""

from __future__ import annotations

import re
import shlex
import subprocess
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import connection

from config.local import services
from tests.factories import NotificationFactory
from tests.migrations_once import template
from tests.pages import things_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("rung")]

DEPLOYMENT = settings.BASE_DIR / "docs" / "deployment.md"
# By name: PostgreSQL spells the same condition in another way after a restore.
STATE = {
    "sequences": "SELECT sequencename, last_value FROM pg_sequences",
    "triggers": "SELECT tgrelid::regclass::text, tgname, tgenabled FROM pg_trigger WHERE NOT tgisinternal",
    "constraints": "SELECT conrelid::regclass::text, conname, convalidated FROM pg_constraint "
    "WHERE connamespace = 'public'::regnamespace",
    "indexes": "SELECT indexname FROM pg_indexes WHERE schemaname = 'public'",
}


def as_documented(program: str) -> list[str]:
    """Return the arguments of a program in the docs, without those that say whose database it is."""
    [line] = re.findall(rf"compose exec -T db {program} (.*) [<>] ", DEPLOYMENT.read_text())
    return [word for word in shlex.split(line) if word not in ("--username", "--dbname", "mentorship")]


def call(program: str, *arguments: str, **streams: Any) -> None:
    connection.ensure_connection()
    server = connection.connection.info
    own = ["--host", server.host, "--port", str(server.port), "--username", server.user]
    subprocess.run([services.programs() / program, *own, *arguments], check=True, timeout=120, **streams)


def state_of(database: str) -> dict[str, Any]:
    """Return the number and a hash of the rows of each table, and all that the database knows about tables."""
    server = connection.connection.info
    login = {"host": server.host, "port": server.port, "user": server.user, "dbname": database}
    with psycopg.connect(**login) as own, own.cursor() as cursor:
        tables = cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        rows = "SELECT count(*), md5(string_agg(t::text, ' ' ORDER BY t::text)) FROM {} t"
        found = {table: cursor.execute(rows.format(table)).fetchone() for (table,) in tables}
        return found | {name: sorted(cursor.execute(query).fetchall()) for name, query in STATE.items()}


@pytest.fixture
def other_state(worker_id) -> Iterator[str]:
    """Return the name of a database with the same tables and other rows."""
    name = f"restored_{worker_id}"
    with connection.creation._nodb_cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {name}")
        cursor.execute(f"CREATE DATABASE {name} TEMPLATE {template()}")
    yield name
    with connection.creation._nodb_cursor() as cursor:
        cursor.execute(f"DROP DATABASE {name}")


def test_a_backup_restores_every_row(alice, bob, other_state, tmp_path):
    things_of(alice, bob)
    NotificationFactory(recipient=alice, title="Zażółć \\ \t gęślą\u2028jaźń 🦔")
    backup = tmp_path / "mentorship.dump"
    before = state_of(connection.settings_dict["NAME"])
    assert before["accounts_user"][0] > 1
    assert state_of(other_state) != before

    with backup.open("wb") as file:
        call("pg_dump", *as_documented("pg_dump"), "--dbname", connection.settings_dict["NAME"], stdout=file)
    with backup.open("rb") as file:
        call("pg_restore", *as_documented("pg_restore"), "--dbname", other_state, stdin=file)

    assert state_of(other_state) == before
