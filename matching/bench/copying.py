"""Rows in bulk: COPY into the tables of models."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection
from django.db.models import Model


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
