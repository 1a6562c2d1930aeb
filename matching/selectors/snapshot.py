"""The mentors of this process: a columnar table that is kept up to date from the log of changes.

Triggers write a row with the transaction id to ``matching_mentorchange`` for every mentor whose facts change. Before
each ranking the log is read from the watermark on: the oldest transaction that was still running at the last reading.
So a transaction that starts early and commits late is found. A watermark of versions or timestamps would lose it.
"""

from __future__ import annotations

import hashlib
import logging
import os
import re
import threading
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path

import numpy as np
from django.apps import apps
from django.conf import settings
from django.db import connection

from accounts.community_settings import value_of
from accounts.replica import connection_of_reads, has_replica, maybe_stale
from accounts.selectors import Taxonomy, taxonomy
from accounts.week import monday_of
from matching.engine import MentorTable
from matching.selectors.fact_days import away_between, booked_in, day_of, month_of, week_of, with_outcomes_between
from matching.selectors.facts import judged_mentors
from matching.selectors.shared_file import Damaged, Version, locked, read, version_of, write
from matching.text.encoder import encoder_name

log = logging.getLogger(__name__)

# The log is kept for longer (``matching.jobs.changes``): a process that reads it this often misses no row.
READ_AT_LEAST = timedelta(hours=6)

# The shared copy is written anew when it is so old, or so many of its mentors have changed: each process holds its own
# copies of what changed.
SHARED_FOR = timedelta(hours=1)
SHARED_WITHOUT = 0.01
LEFT_OVER_AFTER = timedelta(days=1)
# The copy, its lock, and the files of writers.
SHARED_NAME = re.compile(r"[0-9a-f]{32}\.mentors(\..+)?")

# Another cluster, another database, or tables that were restored.
DATABASE = """
SELECT system_identifier, current_database(), 'matching_mentorchange'::regclass::oid::bigint FROM pg_control_system()
"""

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
    stop while the machine sleeps. ``changed`` counts the mentors who were read anew since it was read or shared.
    ``has_new_taxonomy``: the taxonomy changed, and the terms of all mentors must be read with it.
    ``shared_at``: when the shared copy that this one comes from was written, as ``read_at``. None: it is an own one.
    """

    table: MentorTable
    skills: Taxonomy
    day: date
    model: str
    watermark: str
    seen: set[Change] = field(default_factory=set)
    read_at: float = field(default_factory=time.time)
    changed: int = 0
    has_new_taxonomy: bool = False
    # The settings of the community that facts of mentors were computed with.
    limits: tuple[int, ...] = field(default_factory=lambda: limits_in_force())
    shared_at: float | None = None

    @classmethod
    def read_all(cls, *, now: datetime) -> Community:
        """Read all mentors, on a replica if there is one. The changes that it lacks come from the primary."""
        if not has_replica():
            return cls.load(now=now)
        community = maybe_stale(lambda: cls.load(now=now))
        # A replica may apply a commit before the primary shows it. Then the watermark of the primary is the older one.
        # It may also lack new skills, by which all mentors are judged anew.
        return community if _is_like_new(community, now) else cls.load(now=now)

    @classmethod
    def load(cls, *, now: datetime, among: Collection[int] | None = None) -> Community:
        """Read all mentors, or those of the users ``among``, as the current transaction sees them."""
        # The watermark is read before the mentors: later changes are read again, earlier ones are in the table.
        with connection_of_reads().cursor() as cursor:
            cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text")
            [watermark] = cursor.fetchone()
        watermark, seen = _changes_since(watermark)
        skills = taxonomy()
        mentors = judged_mentors(skills=skills, now=now, among=among)
        return cls(MentorTable(mentors), skills, day_of(now), encoder_name(), watermark, seen)

    def is_in_time(self) -> bool:
        """Return whether the log still has all changes since the last reading, under the present settings."""
        if self.limits != limits_in_force():
            return False
        return abs(time.time() - self.read_at) < READ_AT_LEAST.total_seconds()

    def is_outdated(self, now: datetime) -> bool:
        """Return whether all mentors must be read anew: the taxonomy, the week or the encoder is another one."""
        return self.has_new_taxonomy or monday_of(self.day) != week_of(now) or self.model != encoder_name()

    def catch_up(self, *, now: datetime, to_today: bool = True) -> bool:
        """Apply the changes committed since. Return False if the database was replaced by an older copy.

        With ``to_today``, also those that come with a new day.
        """
        watermark, changes = _changes_since(self.watermark)
        if int(watermark) < int(self.watermark):
            return False
        users = {user_id for _, user_id in changes - self.seen}
        self.has_new_taxonomy |= None in users
        wanted = {user_id for user_id in users if user_id is not None}
        if to_today and (today := day_of(now)) != self.day:
            # No row of the log says that a day has passed, with absences and the time to answer about an outcome.
            wanted |= away_between(*sorted((self.day, today)))
            wanted |= with_outcomes_between(*sorted((self.day, today)))
            if month_of(self.day) != month_of(today):
                wanted |= booked_in((self.day, today))
            self.day = today
        if wanted:
            found = {mentor.id: mentor for mentor in judged_mentors(skills=self.skills, now=now, among=wanted)}
            for mentor in found.values():
                self.table.put(mentor)
            for gone in wanted - found.keys():
                self.table.remove(gone)
        self.changed += len(wanted)
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


def limits_in_force() -> tuple[int, ...]:
    """Return the settings of the community that a copy depends on. No row of the log says that they changed."""
    return value_of("inbox_per_free_place"), value_of("response_days")


def _changes_since(watermark: str) -> tuple[str, set[Change]]:
    """Return the new watermark and the changes that are visible from the old one on."""
    with connection_of_reads().cursor() as cursor:
        cursor.execute(POLL, [watermark])
        rows = cursor.fetchall()
    return rows[0][0], {(tx, user_id) for _, tx, user_id in rows if tx is not None}


_lock = threading.Lock()
_community: Community | None = None
# The version of the shared file that the community was mapped from.
_version: Version | None = None


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
        path = shared_path()
        community = _mapped(community, path, now) if path else _own(community, now)
        _community = community
        yield community


def forget_community() -> None:
    """Drop the mentors of this process. The next ranking reads or maps them anew, maybe from another database."""
    global _community
    with _lock:
        _community = None
        _identity.cache_clear()


def share_community(*, now: datetime) -> bool:
    """Put an up-to-date copy of the community into the file that processes share, if theirs is behind.

    Return whether it was written. Others serve from the file before until then, so nobody waits.
    """
    path = shared_path()
    if path is None:
        return False
    try:
        return _share(path, now)
    except OSError as fault:
        log.error("the shared copy of the community cannot be used: %s", fault)
        return False


def shared_path() -> Path | None:
    """Return the path of the file that the processes of this machine share. None if each has its own copy."""
    folder: str = settings.SHARED_COPY_DIR
    return Path(folder, f"{_identity(limits_in_force())}.mentors") if folder else None


def _share(path: Path, now: datetime) -> bool:
    with locked(path, wait=False) as is_mine:
        if not is_mine:
            return False
        community = _read_shared(path)
        due_at = community.read_at + SHARED_FOR.total_seconds() if community else 0
        day = community.day if community else None
        if not (community and _is_like_new(community, now)):
            return _write_shared(Community.read_all(now=now), path)
        few = community.changed <= SHARED_WITHOUT * len(community.table)
        if few and day == community.day and time.time() < due_at:
            return False
        return _write_shared(community, path)


@cache
def _identity(limits: tuple[int, ...]) -> str:
    """Return a name for the database, the encoder, and the code and settings that make a copy of it."""
    with connection.cursor() as cursor:
        cursor.execute(DATABASE)
        database = cursor.fetchone()
    # A file of another user can be neither read nor replaced.
    facts = [os.geteuid(), database, encoder_name(), np.__version__]
    switches = [*limits, settings.LANGUAGES, settings.LEARN_FROM_OUTCOMES]
    written_by = hashlib.sha256(repr([*facts, *switches]).encode())
    for app in ("accounts", "mentorship", "matching"):
        for source in sorted(Path(apps.get_app_config(app).path).rglob("*.py")):
            written_by.update(source.read_bytes())
    return written_by.hexdigest()[:32]


def _own(community: Community | None, now: datetime) -> Community:
    if community and _is_like_new(community, now):
        return community
    del community  # frees its memory before the next one is loaded
    return Community.read_all(now=now)


def _mapped(community: Community | None, path: Path, now: datetime) -> Community:
    """Return the shared copy with the changes since. It is written if there is no usable one.

    A process has a copy of its own if the disk refuses the shared one.
    """
    global _version
    try:
        version = version_of(path)
        if community is None or version not in (None, _version):
            community, _version = _read_shared(path) or community, version
        if community and _serves(community, now):
            return community
        with locked(path, wait=True):
            community = _read_shared(path)  # another process may have written it meanwhile
            if community and _serves(community, now):
                return community
            community = Community.read_all(now=now)
            is_shared = _write_shared(community, path)
    except OSError as fault:
        log.error("the shared copy of the community cannot be used: %s", fault)
        return _own(community, now)
    return (is_shared and _read_shared(path)) or community


def _is_like_new(community: Community, now: datetime) -> bool:
    """Return whether a copy could be brought to what ``load`` would return."""
    if not community.is_in_time() or community.is_outdated(now):
        return False
    return community.catch_up(now=now) and not community.has_new_taxonomy


def _serves(community: Community, now: datetime) -> bool:
    """Return whether a copy could be brought up to date, a shared one so far as nobody waits long for it.

    If no worker renews the shared copy, its day, week and taxonomy are used for READ_AT_LEAST.
    """
    if community.shared_at is None:
        return _is_like_new(community, now)
    is_renewed = abs(time.time() - community.shared_at) < READ_AT_LEAST.total_seconds()
    return is_renewed and community.is_in_time() and community.catch_up(now=now, to_today=False)


def _read_shared(path: Path) -> Community | None:
    try:
        community: Community = read(path)
    except FileNotFoundError:
        return None
    except (OSError, Damaged) as fault:
        log.error("the shared copy of the community is left out: %s", fault)
        return None
    return community


def _write_shared(community: Community, path: Path) -> bool:
    """Write the file. Return False if the disk refuses it. The caller holds the lock."""
    community.table.make_spare_room()
    community.changed, community.shared_at = 0, time.time()
    try:
        _remove_left_over(path)
        write(community, path)
    except OSError as fault:
        log.error("the shared copy of the community cannot be written: %s", fault)
        community.shared_at = None
        return False
    return True


def _remove_left_over(path: Path) -> None:
    """Remove the files of killed writers, and the copies of other versions that nobody has used for a day."""
    for other in path.parent.iterdir():
        if not SHARED_NAME.fullmatch(other.name) or other.name in (path.name, f"{path.name}.lock"):
            continue
        try:
            age = time.time() - other.stat().st_mtime
            if other.name.startswith(path.name) or age > LEFT_OVER_AFTER.total_seconds():
                other.unlink()
        except FileNotFoundError:
            pass  # its own writer was faster
