"""Triggers that count the changes of a mentor's texts, whoever changes them and how."""

from django.db import migrations

NOTICE = """
CREATE FUNCTION matching_notice_changed_texts() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    person bigint;
BEGIN
    IF TG_TABLE_NAME = 'accounts_mentorprofile' AND TG_OP = 'INSERT' THEN
        INSERT INTO matching_mentortexts (mentor_id, items, vectors, model, changes, computed)
        VALUES (NEW.id, '{}', '', '', 1, 0);
        RETURN NULL;
    END IF;
    IF TG_TABLE_NAME = 'accounts_careerstep' THEN
        SELECT user_id INTO person FROM accounts_profile WHERE id = COALESCE(NEW.profile_id, OLD.profile_id);
    ELSE
        person := NEW.user_id;
    END IF;
    UPDATE matching_mentortexts SET changes = changes + 1
    FROM accounts_mentorprofile AS mentor
    WHERE mentor.user_id = person AND matching_mentortexts.mentor_id = mentor.id;
    RETURN NULL;
END $$;

CREATE TRIGGER matching_texts_of_mentor AFTER INSERT OR UPDATE OF teaches ON accounts_mentorprofile
    FOR EACH ROW EXECUTE FUNCTION matching_notice_changed_texts();
CREATE TRIGGER matching_texts_of_profile AFTER UPDATE OF headline, bio ON accounts_profile
    FOR EACH ROW EXECUTE FUNCTION matching_notice_changed_texts();
CREATE TRIGGER matching_texts_of_career AFTER INSERT OR UPDATE OR DELETE ON accounts_careerstep
    FOR EACH ROW EXECUTE FUNCTION matching_notice_changed_texts();

INSERT INTO matching_mentortexts (mentor_id, items, vectors, model, changes, computed)
SELECT id, '{}', '', '', 1, 0 FROM accounts_mentorprofile;
"""

FORGET = """
DROP TRIGGER matching_texts_of_mentor ON accounts_mentorprofile;
DROP TRIGGER matching_texts_of_profile ON accounts_profile;
DROP TRIGGER matching_texts_of_career ON accounts_careerstep;
DROP FUNCTION matching_notice_changed_texts;
"""


class Migration(migrations.Migration):
    dependencies = [("matching", "0002_texts_and_vectors"), ("accounts", "0001_initial")]
    operations = [migrations.RunSQL(NOTICE, FORGET)]
