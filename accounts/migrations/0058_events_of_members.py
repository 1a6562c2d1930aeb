"""Events for webhooks, written by triggers in the transaction of the fact, whoever changes it and how."""

from django.db import migrations

# A row of the outbox for each endpoint that is subscribed to the kind. That of an endpoint which is off is kept as
# skipped, so that it can be sent again later. All of them have the same identifier, which receivers know a copy by.
PUBLISH = """
CREATE FUNCTION accounts_publish(kind text, data jsonb) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    event text := 'evt_' || gen_random_uuid();
    stamp text := to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"');
BEGIN
    INSERT INTO accounts_notification (
        uuid, channel, endpoint_id, kind, key, payload, title, status, due_at, attempts, last_error, created_at)
    SELECT gen_random_uuid(), 'webhook', endpoint.id, 'webhook', endpoint.id || ':' || event,
        jsonb_build_object('id', event, 'type', kind, 'timestamp', stamp, 'data', data), kind,
        CASE WHEN endpoint.off_at IS NULL THEN 'pending' ELSE 'skipped' END,
        greatest(now(), endpoint.rests_until_at), 0,
        CASE WHEN endpoint.off_at IS NULL THEN '' ELSE 'The endpoint was switched off.' END, now()
    FROM accounts_webhookendpoint endpoint
    WHERE kind = ANY (endpoint.kinds);
END $$;
"""

MEMBERS = """
CREATE FUNCTION accounts_publish_member() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    person accounts_user := CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
    is_here boolean := TG_OP <> 'DELETE' AND person.is_active;
BEGIN
    PERFORM accounts_publish(
        CASE WHEN is_here THEN 'member.joined' ELSE 'member.left' END,
        jsonb_build_object('member', person.uuid, 'status', CASE WHEN is_here THEN 'active' ELSE 'left' END));
    RETURN NULL;
END $$;
CREATE TRIGGER accounts_publish_insert AFTER INSERT ON accounts_user FOR EACH ROW
    WHEN (NEW.is_active AND NOT NEW.is_service) EXECUTE FUNCTION accounts_publish_member();
CREATE TRIGGER accounts_publish_update AFTER UPDATE OF is_active ON accounts_user FOR EACH ROW
    WHEN (NEW.is_active <> OLD.is_active AND NOT NEW.is_service) EXECUTE FUNCTION accounts_publish_member();
CREATE TRIGGER accounts_publish_delete AFTER DELETE ON accounts_user FOR EACH ROW
    WHEN (OLD.is_active AND NOT OLD.is_service) EXECUTE FUNCTION accounts_publish_member();
"""

UNDO = """
DROP TRIGGER accounts_publish_insert ON accounts_user;
DROP TRIGGER accounts_publish_update ON accounts_user;
DROP TRIGGER accounts_publish_delete ON accounts_user;
DROP FUNCTION accounts_publish_member();
DROP FUNCTION accounts_publish(text, jsonb);
"""


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0057_access_tokens_and_webhooks'),
    ]

    operations = [
        migrations.RunSQL([PUBLISH, MEMBERS], UNDO),
    ]
