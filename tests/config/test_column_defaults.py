"""Columns that came later have a default in the database: code of the version before can still write rows."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations import AddField, CreateModel

# The last migrations of the version without the admin's tools.
BEFORE = {"accounts": 35, "matching": 30, "mentorship": 25}


def later_columns() -> list[tuple[str, str]]:
    """Return table and column of each field without null that a migration after BEFORE adds to an older table."""
    found = set()
    for (app, name), migration in MigrationLoader(None).disk_migrations.items():
        if app not in BEFORE or int(name[:4]) <= BEFORE[app]:
            continue
        new = {step.name.lower() for step in migration.operations if isinstance(step, CreateModel)}
        for step in migration.operations:
            if isinstance(step, AddField) and not step.field.null and step.model_name not in new:
                field = apps.get_model(app, step.model_name)._meta.get_field(step.name)
                found.add((field.model._meta.db_table, field.column))
    return sorted(found)


LATER = later_columns()


def test_later_columns_are_found():
    assert {("matching_handover", "reason"), ("accounts_skill", "is_offered")} <= set(LATER)


@pytest.mark.django_db
@pytest.mark.parametrize(("table", "column"), LATER)
def test_a_later_column_has_a_default(table, column):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT column_default IS NOT NULL FROM information_schema.columns "
            "WHERE table_schema = current_schema AND table_name = %s AND column_name = %s",
            [table, column],
        )
        assert cursor.fetchone() == (True,)
