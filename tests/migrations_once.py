"""The test database: migrated once into a template, and copied by PostgreSQL for each process and session.

The migrations take half a minute. A copy takes less than a second.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from unittest.mock import patch

import pgtrigger.migrations
import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.migrations.operations.base import Operation
from django.db.migrations.operations.fields import AlterField
from django.db.migrations.operations.models import AddConstraint, AddIndex, RemoveConstraint, RemoveIndex
from django.db.migrations.state import ProjectState
from django.db.models import Field

PREFIX = "migrated_"
LOCK = 5_318_008  # any number that nothing else locks

# These change the options of one model, and no field.
OF_OPTIONS: dict[type[Operation], str] = {
    AddConstraint: "constraints",
    RemoveConstraint: "constraints",
    AddIndex: "indexes",
    RemoveIndex: "indexes",
    pgtrigger.migrations.AddTrigger: "triggers",
    pgtrigger.migrations.RemoveTrigger: "triggers",
}
# Arguments of a field that are only words for people.
WORDS = ("verbose_name", "help_text", "choices")


@contextmanager
def quick_changes_of_options() -> Iterator[None]:
    """Change a constraint, index or trigger of a rendered model in place, and no rendered field for its words.

    Django would render the model and all that it is related to again, for each of hundreds of operations. What the
    operations do in the database stays the same.
    """

    def not_rendered(state: ProjectState):
        return patch.object(state, "reload_model", lambda *_args, **_options: None)

    def without_words(field: Field) -> list[object]:
        _name, path, args, options = field.deconstruct()
        return [path, args, {name: value for name, value in options.items() if name not in WORDS}]

    def alter_field(operation: AlterField, app_label: str, state: ProjectState, *, original=AlterField.state_forwards):
        before = state.models[app_label, operation.model_name_lower].fields[operation.name]
        changes_words_only = without_words(before) == without_words(operation.field)
        with not_rendered(state) if changes_words_only else nullcontext():
            original(operation, app_label, state)

    def in_place(original, option: str):
        def state_forwards(operation: Operation, app_label: str, state: ProjectState) -> None:
            with not_rendered(state):
                original(operation, app_label, state)
            if "apps" in state.__dict__:  # rendered
                found = state.apps.get_model(app_label, operation.model_name)._meta
                setattr(found, option, list(state.models[app_label, operation.model_name.lower()].options[option]))

        return state_forwards

    with pytest.MonkeyPatch.context() as monkeypatch:
        for operation, option in OF_OPTIONS.items():
            monkeypatch.setattr(operation, "state_forwards", in_place(operation.state_forwards, option))
        monkeypatch.setattr(AlterField, "state_forwards", alter_field)
        yield


def test_database_exists() -> bool:
    """Return whether an earlier session kept its database."""
    with connection.creation._nodb_cursor() as cursor:
        return connection.creation._database_exists(cursor, connection.creation._get_test_db_name())


def template() -> str:
    """Return the name of a migrated database on the server. Create it unless the same migrations made one before."""
    name = PREFIX + _digest()
    with connection.creation._nodb_cursor() as cursor:
        # Another process may migrate now. It takes longer than the time limits of the settings.
        cursor.execute("SET lock_timeout = 0; SET statement_timeout = 0")
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        cursor.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [PREFIX])
        found = {row[0] for row in cursor.fetchall()}
        for old in found - {name}:
            cursor.execute(f"DROP DATABASE {old}")
        if name not in found:
            _migrate(f"{name}_unfinished")
            cursor.execute(f"ALTER DATABASE {name}_unfinished RENAME TO {name}")
    return name


def _digest() -> str:
    """Return a short text that changes with each migration, and with the versions of packages."""
    digest = hashlib.sha256((settings.BASE_DIR / "requirements.txt").read_bytes())
    for app in apps.get_app_configs():
        here = Path(app.path)
        for file in sorted([*here.glob("migrations/*.py"), *here.glob("data/*.*")]):
            digest.update(f"{app.label} {file.name} ".encode() + file.read_bytes())
    return digest.hexdigest()[:16]


def _migrate(name: str) -> None:
    own = connection.settings_dict
    before, test = own["NAME"], own["TEST"]
    own["TEST"] = test | {"NAME": name}
    try:
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    finally:
        connection.close()
        connection.close_pool()
        own["NAME"] = settings.DATABASES["default"]["NAME"] = before
        own["TEST"] = test
