"""Maintenance of the log of changes, from which the snapshots are updated."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection

from matching.selectors.facts import SHOWN_FOR
from matching.selectors.reach import NOT_MAILED, READS_FOR
from matching.selectors.snapshot import READ_AT_LEAST

KEPT_FOR = 4 * READ_AT_LEAST
# Much longer than the interval of the sweep, so that runs may be missed. Logging a change twice does no harm.
LOOK_BACK = timedelta(hours=6)

LOG_AGED = """
INSERT INTO matching_mentorchange (user_id)
SELECT DISTINCT m.user_id FROM matching_match x JOIN accounts_mentorprofile m ON m.id = x.mentor_id
WHERE x.status = 'proposed' AND x.created_at > %s AND x.created_at <= %s
"""


# A mentor without mails whose latest reading in the app is in the interval is not reachable any more.
LOG_UNREAD = f"""
INSERT INTO matching_mentorchange (user_id)
SELECT m.user_id FROM accounts_mentorprofile m JOIN accounts_user u ON u.id = m.user_id
WHERE {NOT_MAILED} AND EXISTS (
    SELECT FROM accounts_notification n WHERE n.recipient_id = u.id AND n.read_at > %s AND n.read_at <= %s)
"""  # noqa: S608 -- constants


def tend_change_log(*, now: datetime) -> int:
    """Log mentors whose facts changed by time alone, and delete old log rows. Return how many were logged.

    No trigger logs that a proposal is too old to count, or that somebody has not read in the app for long.
    """
    with connection.cursor() as cursor:
        cursor.execute(LOG_AGED, [now - SHOWN_FOR - LOOK_BACK, now - SHOWN_FOR])
        aged = cursor.rowcount
        cursor.execute(LOG_UNREAD, [now - READS_FOR - LOOK_BACK, now - READS_FOR])
        aged += cursor.rowcount
        cursor.execute("DELETE FROM matching_mentorchange WHERE at < %s", [now - KEPT_FOR])
    return aged
