"""Minutes of confirmed and held sessions are facts about mentors: their changes are logged."""

import importlib

from django.db import migrations

log = importlib.import_module("matching.migrations.0010_log_both_sides")

TABLE = "mentorship_session"
OF_SESSION = """
SELECT m.user_id FROM changed c JOIN mentorship_mentorship s ON s.id = c.mentorship_id
JOIN accounts_mentorprofile m ON m.id = s.mentor_id"""
# A session without a time takes none of it.
WITH_TIME = " WHERE c.starts_at IS NOT NULL"
OF_CHANGE = log.both(OF_SESSION) + """
WHERE EXISTS (SELECT FROM before b JOIN changed n ON n.id = b.id WHERE b.id = c.id
    AND (b.status, b.starts_at, b.minutes, b.mentorship_id) IS DISTINCT FROM
        (n.status, n.starts_at, n.minutes, n.mentorship_id))"""
EVENTS = {
    "INSERT": ("REFERENCING NEW TABLE AS changed", OF_SESSION + WITH_TIME),
    "UPDATE": (log.ROWS["UPDATE"], OF_CHANGE),
    "DELETE": (log.ROWS["DELETE"], OF_SESSION + WITH_TIME),
    "TRUNCATE": ("", "SELECT NULL::bigint"),
}


def watch(apps, schema_editor):
    for event, (tables, query) in EVENTS.items():
        schema_editor.execute(log.trigger(event, TABLE, query, tables))


def stop_watching(apps, schema_editor):
    for event in EVENTS:
        schema_editor.execute(f"DROP TRIGGER matching_log_{event.lower()} ON {TABLE}")


class Migration(migrations.Migration):
    dependencies = [("matching", "0027_languages_of_sentences"), ("mentorship", "0013_sessions")]
    operations = [migrations.RunPython(watch, stop_watching)]
