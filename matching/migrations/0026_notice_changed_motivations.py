"""A change of the motivation is a change of the whole profile."""

from django.db import migrations

TRIGGER = """
DROP TRIGGER matching_texts_of_mentor ON accounts_mentorprofile;
CREATE TRIGGER matching_texts_of_mentor AFTER INSERT OR UPDATE OF {columns} ON accounts_mentorprofile
    FOR EACH ROW EXECUTE FUNCTION matching_notice_changed_texts();
"""


class Migration(migrations.Migration):
    dependencies = [("matching", "0025_vectors_of_whole_texts")]
    operations = [
        migrations.RunSQL(TRIGGER.format(columns="teaches, motivation"), TRIGGER.format(columns="teaches")),
    ]
