"""A log of whose facts changed, written by triggers, whoever changes them and how; see selectors/snapshot.py."""

from django.db import migrations

# From a statement's changed rows to the users whose facts as a mentor they are. Rows that are not in a mentor's facts
# give nobody; NULL stands for everybody.
OF_PROFILE = """
SELECT m.user_id FROM changed c JOIN accounts_profile p ON p.id = c.profile_id
JOIN accounts_mentorprofile m ON m.user_id = p.user_id"""
OF_USER = "SELECT m.user_id FROM changed c JOIN accounts_mentorprofile m ON m.user_id = c.user_id"
OF_MENTOR = "SELECT m.user_id FROM changed c JOIN accounts_mentorprofile m ON m.id = c.mentor_id"
OF_OFFER = "SELECT m.user_id FROM changed c JOIN accounts_mentorprofile m ON m.id = c.mentorprofile_id"
ITSELF = "SELECT c.user_id FROM changed c"
EVERYBODY = "SELECT NULL::bigint FROM changed c"
# Most updates of these tables change nothing that matching reads.
NEW_STATUS = " JOIN before b ON b.id = c.id WHERE b.status <> c.status"
NEW_CODE = " JOIN before b ON b.id = c.id WHERE b.code <> c.code"
OF_ACTIVE = """
SELECT m.user_id FROM changed c JOIN before b ON b.id = c.id
JOIN accounts_mentorprofile m ON m.user_id = c.id WHERE b.is_active <> c.is_active"""

# Table, and what an insert, an update and a delete are about; None: of no interest.
WATCHED = [
    ("accounts_user", None, OF_ACTIVE, None),
    ("accounts_profile", OF_USER, OF_USER, None),
    ("accounts_language", OF_PROFILE, OF_PROFILE, OF_PROFILE),
    ("accounts_careerstep", OF_PROFILE, OF_PROFILE, OF_PROFILE),
    ("accounts_availability", OF_PROFILE, OF_PROFILE, OF_PROFILE),
    ("accounts_mentorprofile", ITSELF, ITSELF, ITSELF),
    ("accounts_skill", EVERYBODY, EVERYBODY, EVERYBODY),
    ("accounts_skillalias", EVERYBODY, EVERYBODY, EVERYBODY),
    ("accounts_skill_part_of", EVERYBODY, EVERYBODY, EVERYBODY),
    ("mentorship_goalkind", None, EVERYBODY + NEW_CODE, None),
    ("mentorship_sessionkind", None, EVERYBODY + NEW_CODE, None),
    ("mentorship_goalkind_offered_by", OF_OFFER, OF_OFFER, OF_OFFER),
    ("mentorship_sessionkind_offered_by", OF_OFFER, OF_OFFER, OF_OFFER),
    ("mentorship_mentorship", OF_MENTOR, OF_MENTOR + NEW_STATUS, OF_MENTOR),
    ("matching_match", OF_MENTOR, OF_MENTOR + NEW_STATUS, OF_MENTOR),
    ("matching_mentortexts", OF_MENTOR, OF_MENTOR, OF_MENTOR),
]

LOG = """
CREATE TABLE matching_mentorchange (
    tx xid8 NOT NULL DEFAULT pg_current_xact_id(),
    user_id bigint,
    at timestamptz NOT NULL DEFAULT now()
);
-- Every ranking reads from its watermark on.
CREATE INDEX matching_mentorchange_tx ON matching_mentorchange (tx);
-- The sweep that empties it.
CREATE INDEX matching_mentorchange_at ON matching_mentorchange (at);

-- The trigger's argument is the query for the users. Rows are only ever inserted, so that nobody waits for anybody.
CREATE FUNCTION matching_log_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE 'INSERT INTO matching_mentorchange (user_id) SELECT DISTINCT * FROM (' || TG_ARGV[0] || ') AS changes';
    RETURN NULL;
END $$;
"""


def create_triggers(apps, schema_editor):
    transitions = {
        "INSERT": "NEW TABLE AS changed",
        "UPDATE": "OLD TABLE AS before NEW TABLE AS changed",
        "DELETE": "OLD TABLE AS changed",
    }
    for table, *queries in WATCHED:
        for (event, tables), query in zip(transitions.items(), queries, strict=True):
            if query is not None:
                schema_editor.execute(
                    f"CREATE TRIGGER matching_log_{event.lower()} AFTER {event} ON {table} REFERENCING {tables}"
                    f" FOR EACH STATEMENT EXECUTE FUNCTION matching_log_change($users${query}$users$)"
                )


def drop_triggers(apps, schema_editor):
    for table, *queries in WATCHED:
        for event, query in zip(("insert", "update", "delete"), queries, strict=True):
            if query is not None:
                schema_editor.execute(f"DROP TRIGGER matching_log_{event} ON {table}")


class Migration(migrations.Migration):
    dependencies = [("matching", "0003_notice_changed_texts"), ("accounts", "0003_create_cache_table"), ("mentorship", "0002_seed_kinds")]
    operations = [
        migrations.RunSQL(LOG, "DROP TABLE matching_mentorchange; DROP FUNCTION matching_log_change;"),
        migrations.RunPython(create_triggers, drop_triggers),
    ]
