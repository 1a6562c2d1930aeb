"""A credential follows a mentor whose two accounts became one, and changes in nothing else."""

import importlib

from django.db import migrations

before = importlib.import_module("mentorship.migrations.0028_credentials_outlive_their_mentor")

FOLLOW = before.OUTLIVE.replace(
    "    RAISE EXCEPTION",
    """    IF (NEW.uuid, NEW.from_on, NEW.to_on, NEW.signed, NEW.issued_at, NEW.revoked_at, NEW.revoked_reason)
            IS NOT DISTINCT FROM
            (OLD.uuid, OLD.from_on, OLD.to_on, OLD.signed, OLD.issued_at, OLD.revoked_at, OLD.revoked_reason)
        AND EXISTS (
            SELECT FROM accounts_mentorprofile o
            JOIN accounts_user gone ON gone.id = o.user_id
            JOIN accounts_mentorprofile n ON n.user_id = gone.merged_into_id
            WHERE o.id = OLD.mentor_id AND n.id = NEW.mentor_id)
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION""",
)


class Migration(migrations.Migration):
    dependencies = [("mentorship", "0030_escalations"), ("accounts", "0033_duplicates_and_merges")]
    operations = [migrations.RunSQL(FOLLOW, before.OUTLIVE)]
