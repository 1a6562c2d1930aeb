"""A database of the benchmark's own, and rows in bulk: COPY into the tables of models."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from io import StringIO
from typing import Any, cast

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.backends.postgresql.base import DatabaseWrapper
from django.db.models import Model

NAME = "mentorship_bench"


@contextmanager
def bench_database() -> Iterator[None]:
    """Create and migrate a database beside the configured one, work on it, and drop it at the end.

    The server is the configured one with its own settings, its care for the disk too. Two runs at a time on one
    server are refused by the second's failure to drop what the first works on.
    """
    own = connection.settings_dict
    before = {"NAME": own["NAME"], "OPTIONS": own["OPTIONS"], "TEST": own["TEST"]}
    _disconnect()
    # Bulk work and slow baselines are no runaway queries.
    own["OPTIONS"] = {name: value for name, value in own["OPTIONS"].items() if name != "options"}
    own["TEST"] = own["TEST"] | {"NAME": NAME}
    debug, settings.DEBUG = settings.DEBUG, False  # it would keep and time every query
    try:
        with redirect_stdout(StringIO()):  # of createcachetable, which finds that a migration was there before it
            connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        try:
            yield
        finally:
            connection.creation.destroy_test_db(before["NAME"], verbosity=0)
    finally:
        settings.DEBUG = debug
        _disconnect()
        own.update(before)


def _disconnect() -> None:
    connection.close()
    cast(DatabaseWrapper, connections[DEFAULT_DB_ALIAS]).close_pool()


class Rows:
    """Rows for one model, collected and then copied. ``names`` are the columns that each row gives, in this order.

    Other columns take the field's default, the same for all rows; those that the database fills are left to it.
    """

    def __init__(self, model: type[Model], *names: str) -> None:
        self._table = model._meta.db_table
        others = [
            field
            for field in model._meta.concrete_fields
            if field.column not in names
            and not field.primary_key
            and not field.generated
            and not field.has_db_default()
        ]
        self._names = [*names, *(str(field.column) for field in others)]
        self._rest = tuple(field.get_default() for field in others)
        self._rows: list[Sequence[Any]] = []

    def add(self, *values: Any) -> None:
        self._rows.append(values)

    def write(self) -> None:
        """Copy what was collected, and forget it."""
        columns = ", ".join(connection.ops.quote_name(name) for name in self._names)
        with connection.cursor() as cursor, cursor.copy(f'COPY "{self._table}" ({columns}) FROM STDIN') as copy:
            for row in self._rows:
                copy.write_row((*row, *self._rest))
        self._rows = []


def copy_binary(table: str, types: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Copy whole ``rows`` into ``table`` in binary form: bytes as they are, where text would double them."""
    rows = list(rows)  # they may come from a query, for which a connection in the middle of a COPY would wait for ever
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} FROM STDIN (FORMAT BINARY)") as copy:
        copy.set_types(types)
        for row in rows:
            copy.write_row(row)
