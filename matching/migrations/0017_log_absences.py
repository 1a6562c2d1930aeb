"""Absences are facts about mentors: their changes are logged."""

import importlib

from django.db import migrations

first = importlib.import_module("matching.migrations.0004_change_log")
second = importlib.import_module("matching.migrations.0010_log_both_sides")

TABLE = "accounts_absence"
EVENTS = {
    "INSERT": ("REFERENCING NEW TABLE AS changed", first.OF_PROFILE),
    "UPDATE": (second.ROWS["UPDATE"], second.both(first.OF_PROFILE)),
    "DELETE": (second.ROWS["DELETE"], first.OF_PROFILE),
    "TRUNCATE": ("", "SELECT NULL::bigint"),
}


def watch(apps, schema_editor):
    for event, (tables, query) in EVENTS.items():
        schema_editor.execute(second.trigger(event, TABLE, query, tables))


def stop_watching(apps, schema_editor):
    for event in EVENTS:
        schema_editor.execute(f"DROP TRIGGER matching_log_{event.lower()} ON {TABLE}")


class Migration(migrations.Migration):
    dependencies = [("matching", "0016_named_mentors"), ("accounts", "0015_absences")]
    operations = [migrations.RunPython(watch, stop_watching)]
