"""A concern follows a person whose two accounts became one, and changes in nothing else.

A block, or a concern, that is written while the account of the other one is merged waits for the merge. It is about the
account that stays then.
"""

from django.db import migrations

FOLLOW = """
CREATE OR REPLACE FUNCTION accounts_keep_concern() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.raised_by_id, NEW.about_id) <> (OLD.raised_by_id, OLD.about_id)
        AND (NEW.topic, NEW.is_safety, NEW.subject_kind, NEW.created_at, NEW.words, NEW.status, NEW.outcome, NEW.answer)
            = (OLD.topic, OLD.is_safety, OLD.subject_kind, OLD.created_at, OLD.words, OLD.status, OLD.outcome, OLD.answer)
        AND (NEW.subject, NEW.closed_at, NEW.closed_by_id)
            IS NOT DISTINCT FROM (OLD.subject, OLD.closed_at, OLD.closed_by_id)
        AND (NEW.raised_by_id = OLD.raised_by_id OR EXISTS (
            SELECT FROM accounts_user WHERE id = OLD.raised_by_id AND merged_into_id = NEW.raised_by_id))
        AND (NEW.about_id = OLD.about_id OR EXISTS (
            SELECT FROM accounts_user WHERE id = OLD.about_id AND merged_into_id = NEW.about_id))
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a concern does not change'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'concern_stands';
END $$;
"""

MEET = """
CREATE FUNCTION accounts_follow_merge() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    other bigint := CASE TG_TABLE_NAME WHEN 'accounts_block' THEN (to_jsonb(NEW)->>'blocked_id')::bigint
        ELSE (to_jsonb(NEW)->>'about_id')::bigint END;
    one bigint := CASE TG_TABLE_NAME WHEN 'accounts_block' THEN (to_jsonb(NEW)->>'blocker_id')::bigint
        ELSE (to_jsonb(NEW)->>'raised_by_id')::bigint END;
    stays bigint;
BEGIN
    -- The lock of a foreign key. A merge that is under way is waited for, and its result is read.
    SELECT merged_into_id INTO stays FROM accounts_user WHERE id = other FOR KEY SHARE;
    IF stays IS NULL OR stays = one THEN
        RETURN NEW;
    END IF;
    IF TG_TABLE_NAME = 'accounts_block' THEN
        NEW.blocked_id := stays;
    ELSE
        NEW.about_id := stays;
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER accounts_block_meets_a_merge BEFORE INSERT ON accounts_block
    FOR EACH ROW EXECUTE FUNCTION accounts_follow_merge();
CREATE TRIGGER accounts_concern_meets_a_merge BEFORE INSERT ON accounts_concern
    FOR EACH ROW EXECUTE FUNCTION accounts_follow_merge();
"""

PART = """
DROP TRIGGER accounts_concern_meets_a_merge ON accounts_concern;
DROP TRIGGER accounts_block_meets_a_merge ON accounts_block;
DROP FUNCTION accounts_follow_merge;
"""

STAND = """
CREATE OR REPLACE FUNCTION accounts_keep_concern() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a concern does not change'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'concern_stands';
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0034_keys_of_people")]
    operations = [migrations.RunSQL(FOLLOW, STAND), migrations.RunSQL(MEET, PART)]
