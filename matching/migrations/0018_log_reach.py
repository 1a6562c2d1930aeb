"""Log a change of how a mentor can be reached: bounces, choices of delivery, and reading in the app."""

import importlib

from django.db import migrations

first = importlib.import_module("matching.migrations.0004_change_log")
both_sides = importlib.import_module("matching.migrations.0010_log_both_sides")

OF_ACCOUNT = """
SELECT m.user_id FROM changed c JOIN before b ON b.id = c.id JOIN accounts_mentorprofile m ON m.user_id = c.id
WHERE b.is_active <> c.is_active OR (b.bouncing_since_at IS NULL) <> (c.bouncing_since_at IS NULL)"""

INSERTED = {"INSERT": "REFERENCING NEW TABLE AS changed"} | both_sides.ROWS
OF_CHOICE = {"INSERT": first.OF_USER, "UPDATE": both_sides.both(first.OF_USER), "DELETE": first.OF_USER}

# One row at a time: a trigger for a column cannot see whole statements, and deliveries must not pay for readings.
# Only a reader without mails is reached by reading.
LOG_READING = """
CREATE FUNCTION matching_log_reading() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO matching_mentorchange (user_id)
    SELECT m.user_id FROM accounts_mentorprofile m JOIN accounts_user u ON u.id = m.user_id
    WHERE m.user_id = NEW.recipient_id AND (u.bouncing_since_at IS NOT NULL OR EXISTS (
        SELECT FROM accounts_notificationchoice o WHERE o.user_id = u.id AND o.email = 'off'));
    RETURN NULL;
END $$;
CREATE TRIGGER matching_log_reading AFTER UPDATE OF read_at ON accounts_notification FOR EACH ROW
    WHEN (OLD.read_at IS DISTINCT FROM NEW.read_at) EXECUTE FUNCTION matching_log_reading();
"""
FORGET_READING = """
DROP TRIGGER matching_log_reading ON accounts_notification;
DROP FUNCTION matching_log_reading;
"""


def watch_reach(apps, schema_editor):
    schema_editor.execute("DROP TRIGGER matching_log_update ON accounts_user")
    schema_editor.execute(both_sides.trigger("UPDATE", "accounts_user", OF_ACCOUNT, INSERTED["UPDATE"]))
    for event, query in OF_CHOICE.items():
        schema_editor.execute(both_sides.trigger(event, "accounts_notificationchoice", query, INSERTED[event]))
    schema_editor.execute(both_sides.trigger("TRUNCATE", "accounts_notificationchoice", "SELECT NULL::bigint"))


def watch_the_account_only(apps, schema_editor):
    for event in (*OF_CHOICE, "TRUNCATE"):
        schema_editor.execute(f"DROP TRIGGER matching_log_{event.lower()} ON accounts_notificationchoice")
    schema_editor.execute("DROP TRIGGER matching_log_update ON accounts_user")
    schema_editor.execute(both_sides.trigger("UPDATE", "accounts_user", first.OF_ACTIVE, INSERTED["UPDATE"]))


class Migration(migrations.Migration):
    dependencies = [("matching", "0017_log_absences"), ("accounts", "0016_mentor_decisions")]
    operations = [
        migrations.RunPython(watch_reach, watch_the_account_only),
        migrations.RunSQL(LOG_READING, FORGET_READING),
    ]
