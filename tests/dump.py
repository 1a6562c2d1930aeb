"""The whole database as text, for tests of what is left of a person."""

from __future__ import annotations

from django.db import connection


def dump() -> dict[str, str]:
    """Return the rows of each table as text, by its name."""
    found = {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema ORDER BY 1")
        for (table,) in cursor.fetchall():
            with cursor.copy(f'COPY "{table}" TO STDOUT') as copy:
                found[table] = b"".join(bytes(block) for block in copy).decode()
    return found


def tables_with(text: str) -> dict[str, str]:
    """Return the tables whose rows have ``text``, each with a line of them. Small and capital letters are one."""
    return {
        table: next(line for line in rows.splitlines() if text.casefold() in line.casefold())
        for table, rows in dump().items()
        if text.casefold() in rows.casefold()
    }
