"""Outcomes of past mentorships are facts about mentors: their changes are logged."""

import importlib

from django.db import migrations

log = importlib.import_module("matching.migrations.0010_log_both_sides")

OF_QUESTION = """
SELECT m.user_id FROM changed c JOIN mentorship_mentorship s ON s.id = c.mentorship_id
JOIN accounts_mentorprofile m ON m.id = s.mentor_id"""
# A rating by the mentor is no outcome.
OF_MENTEE = """
SELECT m.user_id FROM changed c JOIN mentorship_mentorship s ON s.id = c.mentorship_id AND s.mentee_id = c.person_id
JOIN accounts_mentorprofile m ON m.id = s.mentor_id"""
# Fit checks count once the outcome was asked.
WHEN_ASKED = " WHERE EXISTS (SELECT FROM mentorship_outcomequestion q WHERE q.mentorship_id = c.mentorship_id)"
# A reminder, or the end of a wait, says nothing about the outcome.
NEW_QUESTION = """
WHERE EXISTS (SELECT FROM before b JOIN changed n ON n.id = b.id WHERE b.id = c.id
    AND (b.mentorship_id, b."when", b.asks_at, b.asked_at) IS DISTINCT FROM
        (n.mentorship_id, n."when", n.asks_at, n.asked_at))"""
NEW_ANSWER = """
    AND EXISTS (SELECT FROM before b JOIN changed n ON n.id = b.id WHERE b.id = c.id
    AND (b.mentorship_id, b.person_id, b.number, b.answer) IS DISTINCT FROM
        (n.mentorship_id, n.person_id, n.number, n.answer))"""

# Table, and what an insert, an update and a delete are about.
WATCHED = [
    ("mentorship_outcomequestion", OF_QUESTION, log.both(OF_QUESTION) + NEW_QUESTION, OF_QUESTION),
    ("mentorship_outcomerating", OF_MENTEE, log.both(OF_MENTEE), OF_MENTEE),
    (
        "mentorship_fitcheck",
        OF_MENTEE + WHEN_ASKED,
        log.both(OF_MENTEE) + WHEN_ASKED + NEW_ANSWER,
        OF_MENTEE + WHEN_ASKED,
    ),
]
TABLES = {"INSERT": "REFERENCING NEW TABLE AS changed", **log.ROWS, "TRUNCATE": ""}
EVERYBODY = "SELECT NULL::bigint"


def watch(apps, schema_editor):
    for table, *queries in WATCHED:
        for (event, tables), query in zip(TABLES.items(), [*queries, EVERYBODY], strict=True):
            schema_editor.execute(log.trigger(event, table, query, tables))


def stop_watching(apps, schema_editor):
    for table, *_ in WATCHED:
        for event in TABLES:
            schema_editor.execute(f"DROP TRIGGER matching_log_{event.lower()} ON {table}")


class Migration(migrations.Migration):
    dependencies = [("matching", "0030_handovers"), ("mentorship", "0020_outcomes_and_feedback")]
    operations = [migrations.RunPython(watch, stop_watching)]
