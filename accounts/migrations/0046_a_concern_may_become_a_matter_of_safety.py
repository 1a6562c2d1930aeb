from django.db import migrations

STANDS = """
DROP TRIGGER accounts_concern_stands ON accounts_concern;

CREATE TRIGGER accounts_concern_stands BEFORE UPDATE ON accounts_concern
    FOR EACH ROW WHEN (
        (NEW.raised_by_id, NEW.about_id, NEW.topic, NEW.subject_kind, NEW.created_at)
        <> (OLD.raised_by_id, OLD.about_id, OLD.topic, OLD.subject_kind, OLD.created_at)
        OR NEW.subject IS DISTINCT FROM OLD.subject
        OR NEW.words <> OLD.words AND NEW.words <> ''
        OR {safety}
        OR OLD.status = 'closed' AND (
            (NEW.status, NEW.outcome, NEW.closed_at, NEW.closed_by_id)
            IS DISTINCT FROM (OLD.status, OLD.outcome, OLD.closed_at, OLD.closed_by_id)
            OR NEW.answer <> OLD.answer AND NEW.answer <> ''
        )
    ) EXECUTE FUNCTION accounts_keep_concern();
"""

# The person who raised a concern may say later that it is a matter of safety, as long as it is open. Nobody takes that back.
MAY_BECOME = STANDS.format(safety="NEW.is_safety <> OLD.is_safety AND (OLD.is_safety OR OLD.status = 'closed')")
NEVER = STANDS.format(safety="NEW.is_safety <> OLD.is_safety")


class Migration(migrations.Migration):
    dependencies = [("accounts", "0045_no_task_of_who_raised_a_concern")]
    operations = [migrations.RunSQL(MAY_BECOME, NEVER)]
