"""Tending the log of changes that the snapshots are kept up to date from."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection

from matching.selectors.facts import SHOWN_FOR
from matching.selectors.snapshot import READ_AT_LEAST

KEPT_FOR = 4 * READ_AT_LEAST
# The sweep runs every hour. Much longer, so that runs may be missed; to log a change once more does no harm.
LOOK_BACK = timedelta(hours=6)

LOG_AGED = """
INSERT INTO matching_mentorchange (user_id)
SELECT DISTINCT m.user_id FROM matching_match x JOIN accounts_mentorprofile m ON m.id = x.mentor_id
WHERE x.status = 'proposed' AND x.created_at > %s AND x.created_at <= %s
"""


def tend_change_log(*, now: datetime) -> int:
    """Log the mentors of proposals that just became too old to count, forget what all have read; return how many.

    Time alone changes how often a mentor is shown, and no trigger notices time.
    """
    with connection.cursor() as cursor:
        cursor.execute(LOG_AGED, [now - SHOWN_FOR - LOOK_BACK, now - SHOWN_FOR])
        aged = cursor.rowcount
        cursor.execute("DELETE FROM matching_mentorchange WHERE at < %s", [now - KEPT_FOR])
    return aged
