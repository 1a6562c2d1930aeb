"""Triggers: a scale keeps its words once the mentorship is over, and feedback keeps its words once it is open.

Words of feedback may still be emptied: they are deleted after some time.
"""

from django.db import migrations

STAND = """
CREATE FUNCTION mentorship_keep_goal_scale() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM mentorship_mentorship WHERE id = NEW.mentorship_id AND status IN ('completed', 'ended_early')
    ) THEN
        RAISE EXCEPTION 'a goal scale is written while the mentorship runs'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'goal_scale_stands_after_the_end';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER mentorship_goal_scale_stands BEFORE INSERT OR UPDATE ON mentorship_goalscale
    FOR EACH ROW EXECUTE FUNCTION mentorship_keep_goal_scale();

CREATE FUNCTION mentorship_keep_feedback() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'feedback does not change once it is open'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'feedback_stands_once_open';
END $$;

CREATE TRIGGER mentorship_feedback_stands BEFORE UPDATE ON mentorship_feedback
    FOR EACH ROW WHEN (
        OLD.opened_at IS NOT NULL AND (
            NEW.opened_at IS NULL
            OR NEW.helped <> OLD.helped AND NEW.helped <> ''
            OR NEW.better <> OLD.better AND NEW.better <> ''
            OR NEW.thanks <> OLD.thanks AND NEW.thanks <> ''
        )
    ) EXECUTE FUNCTION mentorship_keep_feedback();
"""

CHANGE = """
DROP TRIGGER mentorship_feedback_stands ON mentorship_feedback;
DROP FUNCTION mentorship_keep_feedback;
DROP TRIGGER mentorship_goal_scale_stands ON mentorship_goalscale;
DROP FUNCTION mentorship_keep_goal_scale;
"""


class Migration(migrations.Migration):
    dependencies = [("mentorship", "0020_outcomes_and_feedback")]
    operations = [migrations.RunSQL(STAND, CHANGE)]
