"""The mentors of this process: a columnar table that is kept up to date from the log of changes.

Triggers write a row with the transaction id to ``matching_mentorchange`` for every mentor whose facts change. Before
each ranking the log is read from the watermark on: the oldest transaction that was still running at the last reading.
So a transaction that starts early and commits late is found. A watermark of versions or timestamps would lose it.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db import connection

from accounts.selectors import Taxonomy, taxonomy
from accounts.week import monday_of
from matching.engine import MentorTable
from matching.selectors.facts import away_between, day_of, judged_mentors, week_of
from matching.text.encoder import encoder_name

# The log is kept for longer (``matching.jobs.changes``): a process that reads it this often misses no row.
READ_AT_LEAST = timedelta(hours=6)

# The changes from the old watermark on, each with the new watermark. Without changes, one row.
POLL = """
SELECT w.watermark, c.tx::text, c.user_id
FROM (SELECT pg_snapshot_xmin(pg_current_snapshot())::text AS watermark) w
LEFT JOIN matching_mentorchange c ON c.tx >= %s::xid8
"""

# For each mentor: whether they may be proposed to a mentee right now, and their changes since the watermark.
RECHECK = """
SELECT m.user_id,
    m.status = 'approved' AND u.is_active
    AND m.capacity > m.active_elsewhere + (
        SELECT count(*) FROM mentorship_mentorship s WHERE s.mentor_id = m.id AND s.status IN ('active', 'paused'))
    AND NOT EXISTS (SELECT FROM accounts_block b WHERE b.blocker_id = m.user_id AND b.blocked_id = %(mentee)s)
    AND NOT EXISTS (SELECT FROM accounts_block b WHERE b.blocker_id = %(mentee)s AND b.blocked_id = m.user_id)
    AND NOT EXISTS (SELECT FROM mentorship_exclusion e WHERE e.first_id = m.user_id AND e.second_id = %(mentee)s)
    AND NOT EXISTS (SELECT FROM mentorship_exclusion e WHERE e.first_id = %(mentee)s AND e.second_id = m.user_id),
    ARRAY(SELECT c.tx::text FROM matching_mentorchange c WHERE c.user_id = m.user_id AND c.tx >= %(watermark)s::xid8)
FROM accounts_mentorprofile m JOIN accounts_user u ON u.id = m.user_id
WHERE m.user_id = ANY(%(users)s)
"""


# A transaction id, and the user whose facts changed. None stands for a change of all, such as the taxonomy.
Change = tuple[str, int | None]


@dataclass(eq=False)
class Community:
    """The mentors and the taxonomy as of ``watermark``.

    ``seen`` holds the changes after the watermark that are in the table already. A long transaction holds the watermark
    back, and all changes since are read again. ``read_at`` is in seconds of the system clock: a monotonic clock may
    stop while the machine sleeps.
    """

    table: MentorTable
    skills: Taxonomy
    day: date
    model: str
    watermark: str
    seen: set[Change] = field(default_factory=set)
    read_at: float = field(default_factory=time.time)

    @classmethod
    def load(cls, *, now: datetime, among: Collection[int] | None = None) -> Community:
        """Read all mentors, or those of the users ``among``, as the current transaction sees them."""
        # The watermark is read before the mentors: later changes are read again, earlier ones are in the table.
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text")
            [watermark] = cursor.fetchone()
        watermark, seen = _changes_since(watermark)
        skills = taxonomy()
        mentors = judged_mentors(skills=skills, now=now, among=among)
        return cls(MentorTable(mentors), skills, day_of(now), encoder_name(), watermark, seen)

    def is_usable(self, now: datetime) -> bool:
        """Return whether changes can be applied: the log must reach back, and week and encoder must be the same."""
        in_time = abs(time.time() - self.read_at) < READ_AT_LEAST.total_seconds()
        return in_time and monday_of(self.day) == week_of(now) and self.model == encoder_name()

    def catch_up(self, *, now: datetime) -> bool:
        """Apply the changes committed since. Return False if all must be read anew.

        That is so after a change of the taxonomy, and if the database was replaced by an older copy.
        """
        watermark, changes = _changes_since(self.watermark)
        users = {user_id for _, user_id in changes - self.seen}
        if None in users or int(watermark) < int(self.watermark):
            return False
        wanted = {user_id for user_id in users if user_id is not None}
        if (today := day_of(now)) != self.day:
            # No row of the log says that a day has passed, and absences with it.
            wanted |= away_between(*sorted((self.day, today)))
            self.day = today
        if wanted:
            found = {mentor.id: mentor for mentor in judged_mentors(skills=self.skills, now=now, among=wanted)}
            for mentor in found.values():
                self.table.put(mentor)
            for gone in wanted - found.keys():
                self.table.remove(gone)
        self.seen = {change for change in changes if int(change[0]) >= int(watermark)}
        self.watermark = watermark
        self.read_at = time.time()
        return True

    def recheck(self, users: Collection[int], *, mentee_id: int) -> tuple[set[int], set[int]]:
        """Return the ``users`` who can be proposed right now, and those whose facts changed since ``catch_up``."""
        with connection.cursor() as cursor:
            cursor.execute(RECHECK, {"users": list(users), "mentee": mentee_id, "watermark": self.watermark})
            rows = cursor.fetchall()
        changed = {user_id for user_id, _, changes in rows if any((tx, user_id) not in self.seen for tx in changes)}
        return {user_id for user_id, can_be_proposed, _ in rows if can_be_proposed}, changed


def _changes_since(watermark: str) -> tuple[str, set[Change]]:
    """Return the new watermark and the changes that are visible from the old one on."""
    with connection.cursor() as cursor:
        cursor.execute(POLL, [watermark])
        rows = cursor.fetchall()
    return rows[0][0], {(tx, user_id) for _, tx, user_id in rows if tx is not None}


_lock = threading.Lock()
_community: Community | None = None


@contextmanager
def current_community(*, now: datetime, among: Collection[int] | None = None) -> Iterator[Community]:
    """Lock the mentors of this process and bring them up to date. The table must not be read after the block.

    Within a transaction, or ``among`` some users only, the mentors are read anew and not kept: the transaction must
    see its own changes, and may be rolled back.
    """
    global _community
    if among is not None or connection.in_atomic_block:
        yield Community.load(now=now, among=among)
        return
    with _lock:
        # An interrupted change may leave a broken table. It is dropped before the change and kept again after it.
        community, _community = _community, None
        if community is None or not community.is_usable(now) or not community.catch_up(now=now):
            community = None  # frees its memory before the next one is loaded
            community = Community.load(now=now)
        _community = community
        yield community


def forget_community() -> None:
    """Drop the mentors of this process. The next ranking reads them anew."""
    global _community
    with _lock:
        _community = None
