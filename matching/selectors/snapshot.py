"""The mentors of this process: a columnar table that is kept up to date from the log of changes.

Triggers write a row to ``matching_mentorchange`` for every mentor whose facts change, with the id of the transaction.
Before each ranking the log is read from the watermark on: the oldest transaction that was still running at the last
reading. A transaction that started early and commits late is therefore found, however its ids and times compare with
those of others; a watermark of versions or timestamps loses such changes.
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
from matching.engine import MentorTable
from matching.selectors.facts import judged_mentors, week_of
from matching.text.model import text_model

# The log is kept for longer (``matching.jobs.changes``), so that nobody who reads it this often misses a row.
READ_AT_LEAST = timedelta(hours=6)

# One row at least, with the new watermark; then the changes from the old one on.
POLL = """
SELECT w.watermark, c.tx::text, c.user_id
FROM (SELECT pg_snapshot_xmin(pg_current_snapshot())::text AS watermark) w
LEFT JOIN matching_mentorchange c ON c.tx >= %s::xid8
"""

# Who can still be proposed to a mentee, whatever the log says, and the changes of theirs since the watermark.
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


# A transaction's id, and the user whose facts it changed; None: everybody's.
Change = tuple[str, int | None]


@dataclass(eq=False)
class Community:
    """The mentors and the taxonomy as of ``watermark``; ``seen`` are changes after it that are in the table already.

    A long transaction holds the watermark back, and all changes since then are read again: ``seen`` tells the new ones.
    ``read_at`` is in seconds of the system's clock, which goes on while a machine sleeps.
    """

    table: MentorTable
    skills: Taxonomy
    week: date
    model: str
    watermark: str
    seen: set[Change] = field(default_factory=set)
    read_at: float = field(default_factory=time.time)

    @classmethod
    def load(cls, *, now: datetime, among: Collection[int] | None = None) -> Community:
        """Read all mentors, or those of the users ``among``, as the current transaction sees them."""
        # Read first: what changes while the mentors are read is read again, what is there by now is not.
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text")
            [watermark] = cursor.fetchone()
        watermark, seen = _changes_since(watermark)
        skills = taxonomy()
        mentors = judged_mentors(skills=skills, now=now, among=among)
        return cls(MentorTable(mentors), skills, week_of(now), text_model().name, watermark, seen)

    def is_usable(self, now: datetime) -> bool:
        """Whether changes can be put into it: availability is read for a week, texts for a model."""
        in_time = abs(time.time() - self.read_at) < READ_AT_LEAST.total_seconds()
        return in_time and self.week == week_of(now) and self.model == text_model().name

    def catch_up(self, *, now: datetime) -> bool:
        """Take in what was committed since. Return False if that cannot be done mentor by mentor.

        The taxonomy may have changed, or the database be an older one than before, from a copy of it.
        """
        watermark, changes = _changes_since(self.watermark)
        users = {user_id for _, user_id in changes - self.seen}
        if None in users or int(watermark) < int(self.watermark):
            return False
        wanted = [user_id for user_id in users if user_id is not None]
        if wanted:
            found = {mentor.id: mentor for mentor in judged_mentors(skills=self.skills, now=now, among=wanted)}
            for mentor in found.values():
                self.table.put(mentor)
            for gone in set(wanted) - found.keys():
                self.table.remove(gone)
        self.seen = {change for change in changes if int(change[0]) >= int(watermark)}
        self.watermark = watermark
        self.read_at = time.time()
        return True

    def recheck(self, users: Collection[int], *, mentee_id: int) -> tuple[set[int], set[int]]:
        """Return who of ``users`` can be proposed right now, and whose facts changed since ``catch_up``."""
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
    """Hold the mentors of this process, up to date; what is read from the table is good until the block ends.

    Within a transaction, or ``among`` some users only, the mentors are read anew: the process must not remember
    what may be undone, and what the transaction itself wrote must be seen.
    """
    global _community
    if among is not None or connection.in_atomic_block:
        yield Community.load(now=now, among=among)
        return
    with _lock:
        # Given back only when it is whole: whatever interrupts a change of the table, it is read anew after that.
        community, _community = _community, None
        if community is None or not community.is_usable(now) or not community.catch_up(now=now):
            community = None  # so that two are never held at once
            community = Community.load(now=now)
        _community = community
        yield community


def forget_community() -> None:
    """Have the mentors read anew by whoever needs them next."""
    global _community
    with _lock:
        _community = None
