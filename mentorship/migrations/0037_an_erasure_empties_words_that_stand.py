"""Triggers keep scales and feedback as they were written. They let an erasure empty words, and replace a name."""

from django.db import migrations

LET = """
    IF current_setting('community.erases', true) = 'yes' THEN
        RETURN NEW;
    END IF;"""

KEEP = """
CREATE OR REPLACE FUNCTION mentorship_keep_goal_scale() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN{let}
    IF EXISTS (
        SELECT FROM mentorship_mentorship WHERE id = NEW.mentorship_id AND status IN ('completed', 'ended_early')
    ) THEN
        RAISE EXCEPTION 'a goal scale is written while the mentorship runs'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'goal_scale_stands_after_the_end';
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION mentorship_keep_feedback() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN{let}
    RAISE EXCEPTION 'feedback does not change once it is open'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'feedback_stands_once_open';
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("mentorship", "0036_events_of_mentorships")]
    operations = [migrations.RunSQL(KEEP.format(let=LET), KEEP.format(let=""))]
