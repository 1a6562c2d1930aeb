"""A database for the benchmark alone, and COPY of many rows into the tables of models."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from io import StringIO
from typing import Any, cast

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.backends.postgresql.base import DatabaseWrapper
from django.db.models import Model

from tests.migrations_once import quick_changes_of_options

NAME = "mentorship_bench"


@contextmanager
def bench_database() -> Iterator[None]:
    """Create and migrate a database on the configured server, use it as the default, and drop it at the end.

    The server keeps its settings, fsync included. A second run on the same server fails: it cannot drop the database
    that the first one uses.
    """
    own = connection.settings_dict
    before = {"NAME": own["NAME"], "OPTIONS": own["OPTIONS"], "TEST": own["TEST"]}
    _disconnect()
    # Without the time limits of the settings: bulk work and slow baselines take long.
    own["OPTIONS"] = own["OPTIONS"] | {"options": "-c jit=off"}
    own["TEST"] = own["TEST"] | {"NAME": NAME}
    debug, settings.DEBUG = settings.DEBUG, False  # DEBUG would record every query
    try:
        with redirect_stdout(StringIO()), quick_changes_of_options():  # createcachetable reports that the table exists
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
    """Collect rows for a model, then copy them. Each row gives the columns ``names``, in this order.

    Other columns get the default of the field, the same for all rows. The database fills its own columns.
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
        """Copy the collected rows, and forget them."""
        columns = ", ".join(connection.ops.quote_name(name) for name in self._names)
        with connection.cursor() as cursor, cursor.copy(f'COPY "{self._table}" ({columns}) FROM STDIN') as copy:
            for row in self._rows:
                copy.write_row((*row, *self._rest))
        self._rows = []


def copy_binary(table: str, types: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Copy ``rows`` with all columns into ``table`` in binary form. As text, bytes would take twice the space."""
    rows = list(rows)  # a query behind them could never run while the connection is in a COPY
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} FROM STDIN (FORMAT BINARY)") as copy:
        copy.set_types(types)
        for row in rows:
            copy.write_row(row)
