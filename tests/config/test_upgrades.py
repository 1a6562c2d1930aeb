"""Old and new code run together during an upgrade: a migration lets the code of the release before read and write.

django-migration-linter judges the SQL of each migration. docs/operations.md says how to change what it refuses.
"""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection, models
from django.db.migrations import AddField, AlterField, RemoveField
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django_migration_linter.sql_analyser import analyse_sql_statements, get_sql_analyser_class

from tests.migrations_once import quick_changes_of_options

pytestmark = pytest.mark.django_db

# The last migrations that may ask for a stop of the old code. Those after them may not.
FREE_UNTIL = {"accounts": 66, "matching": 42, "mentorship": 37}
# Migrations that take away what the release before does not use any more, with that release: {(app, name): reason}.
CONTRACTS: dict[tuple[str, str], str] = {}
# Migrations that the linter refuses although the release before can run beside them: {(app, name): reason}.
HARMLESS = {
    ("matching", "0044_one_request_per_cohort"): "The column is new. The release before writes none, so none is twice.",
}
ANALYSER = get_sql_analyser_class("django.db.backends.postgresql")


def bound() -> list[tuple[str, str]]:
    """Return app and name of the migrations that must fit the release before."""
    return sorted(
        (app, name)
        for app, name in MigrationLoader(None).disk_migrations
        if app in FREE_UNTIL and int(name[:4]) > FREE_UNTIL[app] and (app, name) not in CONTRACTS | HARMLESS
    )


def faults(statements: list[str]) -> list[str]:
    errors, _ignored, _warnings = analyse_sql_statements(ANALYSER, statements)
    return [error.code for error in errors]


def sql_of(app: str, name: str) -> list[str]:
    written = StringIO()
    call_command("sqlmigrate", app, name, stdout=written)
    return written.getvalue().splitlines()


def sql_of_operation(operation: Operation) -> list[str]:
    """Return the SQL of one operation after the last migrations of accounts."""
    loader = MigrationLoader(None)
    before = loader.project_state(loader.graph.leaf_nodes("accounts"))
    after = before.clone()
    operation.state_forwards("accounts", after)
    with connection.schema_editor(collect_sql=True) as editor:
        operation.database_forwards("accounts", editor, before, after)
    return [line for line in editor.collected_sql if not line.startswith("--")]


def test_a_new_migration_lets_the_release_before_run(subtests):
    with quick_changes_of_options():
        for app, name in bound():
            with subtests.test(migration=f"{app} {name}"):
                assert faults(sql_of(app, name)) == []


def test_exemptions_name_migrations_that_exist():
    names = set(MigrationLoader(None).disk_migrations)

    assert set(CONTRACTS | HARMLESS) <= names
    assert all(any(a == app and int(n[:4]) == last for a, n in names) for app, last in FREE_UNTIL.items())


@pytest.mark.parametrize(
    ("operation", "found"),
    [
        (RemoveField("skill", "field"), ["DROP_COLUMN"]),
        (AddField("skill", "rank", models.IntegerField(default=0)), ["NOT_NULL"]),
        (AddField("skill", "rank", models.IntegerField(db_default=0)), []),
        (AddField("skill", "rank", models.IntegerField(null=True)), []),
        (AlterField("skill", "name", models.IntegerField()), ["ALTER_COLUMN"]),
    ],
    ids=["remove", "not null", "default of the database", "null", "another type"],
)
def test_the_linter_finds_what_old_code_does_not_bear(operation, found):
    assert faults(sql_of_operation(operation)) == found
