"""Triggers: a credential stays as it was issued, and stays revoked."""

from django.db import migrations

STAND = """
CREATE FUNCTION mentorship_keep_credential() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a credential stays as it was issued, and stays revoked'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'credential_stands';
END $$;

CREATE TRIGGER mentorship_credential_stands BEFORE UPDATE ON mentorship_credential
    FOR EACH ROW WHEN (
        (NEW.uuid, NEW.mentor_id, NEW.from_on, NEW.to_on, NEW.signed, NEW.issued_at)
            IS DISTINCT FROM (OLD.uuid, OLD.mentor_id, OLD.from_on, OLD.to_on, OLD.signed, OLD.issued_at)
        OR OLD.revoked_at IS NOT NULL AND (NEW.revoked_at, NEW.revoked_reason)
            IS DISTINCT FROM (OLD.revoked_at, OLD.revoked_reason)
    ) EXECUTE FUNCTION mentorship_keep_credential();
"""

CHANGE = """
DROP TRIGGER mentorship_credential_stands ON mentorship_credential;
DROP FUNCTION mentorship_keep_credential;
"""


class Migration(migrations.Migration):
    dependencies = [("mentorship", "0024_credentials")]
    operations = [migrations.RunSQL(STAND, CHANGE)]
