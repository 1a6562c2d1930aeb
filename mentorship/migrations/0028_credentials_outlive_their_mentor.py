"""A credential stays if its mentor is deleted, without its text: what was revoked stays revoked."""

import django.db.models.deletion
from django.db import migrations, models

OUTLIVE = """
CREATE OR REPLACE FUNCTION mentorship_keep_credential() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.mentor_id IS NULL AND OLD.mentor_id IS NOT NULL
        AND (NEW.uuid, NEW.from_on, NEW.to_on, NEW.signed, NEW.issued_at, NEW.revoked_at, NEW.revoked_reason)
            IS NOT DISTINCT FROM
            (OLD.uuid, OLD.from_on, OLD.to_on, OLD.signed, OLD.issued_at, OLD.revoked_at, OLD.revoked_reason)
    THEN
        NEW.signed = '';
        NEW.revoked_reason = '';
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a credential stays as it was issued, and stays revoked'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'credential_stands';
END $$;
"""

STAND = """
CREATE OR REPLACE FUNCTION mentorship_keep_credential() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a credential stays as it was issued, and stays revoked'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'credential_stands';
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("mentorship", "0027_organiser_notes_are_read")]
    operations = [
        migrations.AlterField(
            model_name="credential",
            name="mentor",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="credentials",
                to="accounts.mentorprofile",
            ),
        ),
        migrations.RemoveConstraint(model_name="credential", name="credential_is_signed"),
        migrations.AddConstraint(
            model_name="credential",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("mentor__isnull", False), models.Q(("signed", ""), _negated=True)),
                    models.Q(("mentor__isnull", True), ("revoked_reason", ""), ("signed", "")),
                    _connector="OR",
                ),
                name="credential_is_signed_as_long_as_its_mentor_is_here",
            ),
        ),
        migrations.RunSQL(OUTLIVE, STAND),
    ]
