"""A change that moves a row is logged for both sides; goals, profiles that go and emptied tables are watched as well."""

import importlib

from django.db import migrations

first = importlib.import_module("matching.migrations.0004_change_log")

BOTH = "(SELECT * FROM before UNION ALL SELECT * FROM changed) c"


def both(query):
    return query.replace("changed c", BOTH, 1)


# Not every update of these says something about mentors.
OF_MENTORSHIP = both(first.OF_MENTOR) + """
WHERE EXISTS (SELECT FROM before b JOIN changed n ON n.id = b.id WHERE b.id = c.id
    AND (b.status, b.mentor_id, b.goal_id) IS DISTINCT FROM (n.status, n.mentor_id, n.goal_id))"""
OF_MATCH = both(first.OF_MENTOR) + """
WHERE EXISTS (SELECT FROM before b JOIN changed n ON n.id = b.id WHERE b.id = c.id
    AND (b.status, b.mentor_id, b.created_at, b.asked_at) IS DISTINCT FROM
        (n.status, n.mentor_id, n.created_at, n.asked_at))"""
OF_GOAL = """
SELECT m.user_id FROM changed c JOIN before b ON b.id = c.id AND b.kind_id <> c.kind_id
JOIN mentorship_mentorship s ON s.goal_id = c.id JOIN accounts_mentorprofile m ON m.id = s.mentor_id"""

UPDATES = {
    "accounts_profile": both(first.OF_USER),
    "accounts_language": both(first.OF_PROFILE),
    "accounts_careerstep": both(first.OF_PROFILE),
    "accounts_availability": both(first.OF_PROFILE),
    "accounts_mentorprofile": both(first.ITSELF),
    "mentorship_goalkind_offered_by": both(first.OF_OFFER),
    "mentorship_sessionkind_offered_by": both(first.OF_OFFER),
    "mentorship_mentorship": OF_MENTORSHIP,
    "matching_match": OF_MATCH,
    "matching_mentortexts": both(first.OF_MENTOR),
}


def trigger(event, table, query, tables=""):
    return (
        f"CREATE TRIGGER matching_log_{event.lower()} AFTER {event} ON {table} {tables}"
        f" FOR EACH STATEMENT EXECUTE FUNCTION matching_log_change($users${query}$users$)"
    )


ROWS = {"UPDATE": "REFERENCING OLD TABLE AS before NEW TABLE AS changed", "DELETE": "REFERENCING OLD TABLE AS changed"}


def watch_both_sides(apps, schema_editor):
    for table, query in UPDATES.items():
        schema_editor.execute(f"DROP TRIGGER matching_log_update ON {table}")
        schema_editor.execute(trigger("UPDATE", table, query, ROWS["UPDATE"]))
    schema_editor.execute(trigger("UPDATE", "mentorship_goal", OF_GOAL, ROWS["UPDATE"]))
    schema_editor.execute(trigger("DELETE", "accounts_profile", first.OF_USER, ROWS["DELETE"]))
    for table, *_ in first.WATCHED:
        schema_editor.execute(trigger("TRUNCATE", table, "SELECT NULL::bigint"))


def watch_the_new_side_only(apps, schema_editor):
    before = {table: update for table, _, update, _ in first.WATCHED}
    for table in UPDATES:
        schema_editor.execute(f"DROP TRIGGER matching_log_update ON {table}")
        schema_editor.execute(trigger("UPDATE", table, before[table], ROWS["UPDATE"]))
    schema_editor.execute("DROP TRIGGER matching_log_update ON mentorship_goal")
    schema_editor.execute("DROP TRIGGER matching_log_delete ON accounts_profile")
    for table, *_ in first.WATCHED:
        schema_editor.execute(f"DROP TRIGGER matching_log_truncate ON {table}")


class Migration(migrations.Migration):
    dependencies = [("matching", "0009_waiting_list"), ("mentorship", "0003_ends"), ("accounts", "0006_pause_only_while_paused")]
    operations = [migrations.RunPython(watch_both_sides, watch_the_new_side_only)]
