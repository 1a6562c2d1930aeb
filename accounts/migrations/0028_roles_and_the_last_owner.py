"""Admins have a role, and no other people. A trigger: the last active owner stays one."""

from django.db import migrations, models

STAY = """
CREATE FUNCTION accounts_keep_last_owner() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Two owners who go at the same time wait for each other here. The second sees that the first is gone.
    PERFORM pg_advisory_xact_lock(hashtext('accounts_keep_last_owner'));
    IF NOT EXISTS (SELECT 1 FROM accounts_user WHERE role = 'owner' AND is_active AND id <> OLD.id) THEN
        RAISE EXCEPTION 'the last owner of the community stays one'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'user_last_owner_stays';
    END IF;
    RETURN COALESCE(NEW, OLD);
END $$;

CREATE TRIGGER accounts_user_last_owner_stays BEFORE UPDATE OF role, is_active ON accounts_user
    FOR EACH ROW WHEN (OLD.role = 'owner' AND OLD.is_active AND (NEW.role <> 'owner' OR NOT NEW.is_active))
    EXECUTE FUNCTION accounts_keep_last_owner();

CREATE TRIGGER accounts_user_last_owner_is_not_deleted BEFORE DELETE ON accounts_user
    FOR EACH ROW WHEN (OLD.role = 'owner' AND OLD.is_active)
    EXECUTE FUNCTION accounts_keep_last_owner();
"""

GO = """
DROP TRIGGER accounts_user_last_owner_is_not_deleted ON accounts_user;
DROP TRIGGER accounts_user_last_owner_stays ON accounts_user;
DROP FUNCTION accounts_keep_last_owner;
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0027_admins_so_far_are_owners")]
    operations = [
        migrations.AddConstraint(
            model_name='user',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('is_staff', False), ('role', '')), models.Q(('is_staff', True), ('role__in', ['owner', 'manager', 'matchmaker', 'viewer'])), _connector='OR'), name='user_has_a_role_if_and_only_if_staff'),
        ),
        migrations.RunSQL(STAY, GO),
    ]
