"""Events for webhooks: requests that are opened and closed, matches that are proposed, asked, accepted and declined."""

from django.db import migrations

REQUESTS = """
CREATE FUNCTION matching_publish_request() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM accounts_publish(
        CASE WHEN NEW.status = 'open' THEN 'request.opened' ELSE 'request.closed' END,
        jsonb_build_object('request', NEW.uuid, 'status', NEW.status));
    RETURN NULL;
END $$;
CREATE TRIGGER matching_publish_insert AFTER INSERT ON matching_helprequest FOR EACH ROW
    WHEN (NEW.status = 'open') EXECUTE FUNCTION matching_publish_request();
CREATE TRIGGER matching_publish_update AFTER UPDATE OF status ON matching_helprequest FOR EACH ROW
    WHEN (NEW.status <> OLD.status AND NEW.status IN ('open', 'closed', 'withdrawn', 'expired'))
    EXECUTE FUNCTION matching_publish_request();
"""

# A mentor who asks one thing back was asked before.
MATCHES = """
CREATE FUNCTION matching_publish_match() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM accounts_publish('match.' || NEW.status, jsonb_build_object('match', NEW.uuid, 'request',
        (SELECT uuid FROM matching_helprequest WHERE id = NEW.help_request_id), 'status', NEW.status));
    RETURN NULL;
END $$;
CREATE TRIGGER matching_publish_insert AFTER INSERT ON matching_match FOR EACH ROW
    WHEN (NEW.status IN ('proposed', 'asked', 'accepted', 'declined')) EXECUTE FUNCTION matching_publish_match();
CREATE TRIGGER matching_publish_update AFTER UPDATE OF status ON matching_match FOR EACH ROW
    WHEN (NEW.status <> OLD.status AND NEW.status IN ('proposed', 'asked', 'accepted', 'declined')
        AND NOT (OLD.status = 'clarifying' AND NEW.status = 'asked'))
    EXECUTE FUNCTION matching_publish_match();
"""

UNDO = """
DROP TRIGGER matching_publish_insert ON matching_helprequest;
DROP TRIGGER matching_publish_update ON matching_helprequest;
DROP TRIGGER matching_publish_insert ON matching_match;
DROP TRIGGER matching_publish_update ON matching_match;
DROP FUNCTION matching_publish_request();
DROP FUNCTION matching_publish_match();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0058_events_of_members'),
        ('matching', '0041_plain_labels'),
    ]

    operations = [
        migrations.RunSQL([REQUESTS, MATCHES], UNDO),
    ]
