"""Maintenance of the log of changes, from which the snapshots are updated."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection

from matching.selectors.facts import SHOWN_FOR
from matching.selectors.snapshot import READ_AT_LEAST

KEPT_FOR = 4 * READ_AT_LEAST
# Much longer than the interval of the sweep, so that runs may be missed. Logging a change twice does no harm.
LOOK_BACK = timedelta(hours=6)

LOG_AGED = """
INSERT INTO matching_mentorchange (user_id)
SELECT DISTINCT m.user_id FROM matching_match x JOIN accounts_mentorprofile m ON m.id = x.mentor_id
WHERE x.status = 'proposed' AND x.created_at > %s AND x.created_at <= %s
"""


def tend_change_log(*, now: datetime) -> int:
    """Log mentors with a proposal that just stopped counting, and delete old log rows. Return how many were logged.

    A proposal stops counting by its age alone, so no trigger logs it.
    """
    with connection.cursor() as cursor:
        cursor.execute(LOG_AGED, [now - SHOWN_FOR - LOOK_BACK, now - SHOWN_FOR])
        aged = cursor.rowcount
        cursor.execute("DELETE FROM matching_mentorchange WHERE at < %s", [now - KEPT_FOR])
    return aged
