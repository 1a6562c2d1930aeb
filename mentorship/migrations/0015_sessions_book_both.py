"""A session with a time books both of its mentorship for exactly that time; a session without one books nobody."""

import datetime

import django.db.models.expressions
from django.db import migrations, models

# Two tables, so no CHECK can say it. The triggers run at the end of the transaction: a session is moved in two steps.
BOOK_BOTH = """
CREATE FUNCTION mentorship_session_books_both() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    checked bigint;
    wanted integer;
    booked integer;
    as_wanted integer;
BEGIN
    IF TG_TABLE_NAME = 'mentorship_session' THEN
        checked := NEW.id;
    ELSIF TG_OP = 'DELETE' THEN
        checked := OLD.session_id;
    ELSE
        checked := NEW.session_id;
    END IF;
    SELECT CASE WHEN s.status IN ('proposed', 'cancelled') THEN 0 ELSE 2 END,
           count(b.id),
           count(b.id) FILTER (WHERE b.person_id IN (m.mentee_id, o.user_id)
               AND b.during = tstzrange(s.starts_at, s.starts_at + s.minutes * interval '1 minute'))
    INTO wanted, booked, as_wanted
    FROM mentorship_session s
    JOIN mentorship_mentorship m ON m.id = s.mentorship_id
    JOIN accounts_mentorprofile o ON o.id = m.mentor_id
    LEFT JOIN mentorship_booking b ON b.session_id = s.id
    WHERE s.id = checked GROUP BY s.id;
    IF booked <> wanted OR as_wanted <> wanted THEN
        RAISE EXCEPTION 'session_books_both_while_it_has_a_time: session % has % bookings, % of them right',
            checked, booked, as_wanted USING ERRCODE = 'check_violation', CONSTRAINT = 'session_books_both_while_it_has_a_time';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER session_books_both_inserted AFTER INSERT ON mentorship_session
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.status NOT IN ('proposed', 'cancelled'))
    EXECUTE FUNCTION mentorship_session_books_both();
CREATE CONSTRAINT TRIGGER session_books_both_updated AFTER UPDATE ON mentorship_session
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN ((OLD.status, OLD.starts_at, OLD.minutes) IS DISTINCT FROM (NEW.status, NEW.starts_at, NEW.minutes))
    EXECUTE FUNCTION mentorship_session_books_both();
CREATE CONSTRAINT TRIGGER booking_is_of_its_session AFTER INSERT OR DELETE ON mentorship_booking
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION mentorship_session_books_both();
CREATE CONSTRAINT TRIGGER booking_stays_of_its_session AFTER UPDATE ON mentorship_booking
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN ((OLD.session_id, OLD.person_id, OLD.during) IS DISTINCT FROM (NEW.session_id, NEW.person_id, NEW.during))
    EXECUTE FUNCTION mentorship_session_books_both();
"""
FORGET = """
DROP TRIGGER booking_stays_of_its_session ON mentorship_booking;
DROP TRIGGER booking_is_of_its_session ON mentorship_booking;
DROP TRIGGER session_books_both_updated ON mentorship_session;
DROP TRIGGER session_books_both_inserted ON mentorship_session;
DROP FUNCTION mentorship_session_books_both;
"""


class Migration(migrations.Migration):
    dependencies = [("mentorship", "0014_calendar_addresses")]

    operations = [
        migrations.AddConstraint(
            model_name="session",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("starts_at__isnull", True),
                    models.Q(
                        ("confirmed_at__isnull", False),
                        ("starts_at__gt", models.F("confirmed_at")),
                        (
                            "starts_at__lte",
                            django.db.models.expressions.CombinedExpression(
                                models.F("confirmed_at"), "+", models.Value(datetime.timedelta(days=180))
                            ),
                        ),
                    ),
                    _connector="OR",
                ),
                name="session_starts_within_180_days_of_its_confirmation",
            ),
        ),
        migrations.RunSQL(BOOK_BOTH, FORGET),
    ]
