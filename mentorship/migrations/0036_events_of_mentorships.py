"""Events for webhooks: mentorships that begin and end, sessions that are confirmed, cancelled and held."""

from django.db import migrations

MENTORSHIPS = """
CREATE FUNCTION mentorship_publish_mentorship() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM accounts_publish(
        CASE WHEN TG_OP = 'INSERT' THEN 'mentorship.began' ELSE 'mentorship.ended' END,
        jsonb_build_object('mentorship', NEW.uuid, 'status', NEW.status));
    RETURN NULL;
END $$;
CREATE TRIGGER mentorship_publish_insert AFTER INSERT ON mentorship_mentorship FOR EACH ROW
    WHEN (NEW.status IN ('active', 'paused')) EXECUTE FUNCTION mentorship_publish_mentorship();
CREATE TRIGGER mentorship_publish_update AFTER UPDATE OF status ON mentorship_mentorship FOR EACH ROW
    WHEN (OLD.status IN ('active', 'paused') AND NEW.status IN ('completed', 'ended_early'))
    EXECUTE FUNCTION mentorship_publish_mentorship();
"""

# A session that is moved is confirmed again, as a new version.
SESSIONS = """
CREATE FUNCTION mentorship_publish_session() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM accounts_publish('session.' || NEW.status, jsonb_build_object('session', NEW.uuid, 'mentorship',
        (SELECT uuid FROM mentorship_mentorship WHERE id = NEW.mentorship_id), 'status', NEW.status));
    RETURN NULL;
END $$;
CREATE TRIGGER mentorship_publish_insert AFTER INSERT ON mentorship_session FOR EACH ROW
    WHEN (NEW.status IN ('confirmed', 'cancelled', 'held')) EXECUTE FUNCTION mentorship_publish_session();
CREATE TRIGGER mentorship_publish_update AFTER UPDATE OF status, version ON mentorship_session FOR EACH ROW
    WHEN (NEW.status IN ('confirmed', 'cancelled', 'held')
        AND (NEW.status <> OLD.status OR NEW.status = 'confirmed' AND NEW.version <> OLD.version))
    EXECUTE FUNCTION mentorship_publish_session();
"""

UNDO = """
DROP TRIGGER mentorship_publish_insert ON mentorship_mentorship;
DROP TRIGGER mentorship_publish_update ON mentorship_mentorship;
DROP TRIGGER mentorship_publish_insert ON mentorship_session;
DROP TRIGGER mentorship_publish_update ON mentorship_session;
DROP FUNCTION mentorship_publish_mentorship();
DROP FUNCTION mentorship_publish_session();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0058_events_of_members'),
        ('mentorship', '0035_plain_labels'),
    ]

    operations = [
        migrations.RunSQL([MENTORSHIPS, SESSIONS], UNDO),
    ]
