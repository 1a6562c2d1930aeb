"""Reads on a replica of PostgreSQL, for answers that may be some seconds old.

A read goes there only within ``maybe_stale``, only outside of transactions, and only as long as the replica is near the
primary. Everything else is on the primary. Without DATABASE_REPLICA_URL there is no replica, and nothing changes.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any, TypeVar

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, Error, InterfaceError, OperationalError, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model
from psycopg.errors import QueryCanceled

log = logging.getLogger(__name__)

Answer = TypeVar("Answer")

REPLICA = "replica"
# Sessions, counts of wrong passwords and the like are always read on the primary.
OF_THE_COMMUNITY = {"accounts", "mentorship", "matching"}
# The replica is looked at so often. It must then have what the primary had at the look before.
LOOK_EVERY_S = 5.0
# Processes look when they read. A look that is older than this proves nothing, so no read is older than three looks.
LOOK_LASTS_S = 2 * LOOK_EVERY_S

# None is the primary.
_alias: ContextVar[str | None] = ContextVar("database of reads", default=None)


def maybe_stale(read: Callable[[], Answer]) -> Answer:
    """Return ``read()``, with its queries on the replica if there is a usable one.

    ``read`` only reads, and evaluates its query sets. If the replica fails meanwhile, it runs again on the primary. A
    query that took too long does not: it would take as long there.
    """
    if transaction.get_connection().in_atomic_block or not _replica.is_usable():
        return read()
    before = _alias.set(REPLICA)
    try:
        return read()
    except (OperationalError, InterfaceError) as fault:
        if isinstance(fault.__cause__, QueryCanceled):
            raise
        _replica.leave_out(fault)
    finally:
        _alias.reset(before)
    return read()


def has_replica() -> bool:
    return REPLICA in settings.DATABASES


def connection_of_reads() -> BaseDatabaseWrapper:
    """Return the connection for SQL that only reads: the replica's within ``maybe_stale``, else the primary's."""
    return connections[_alias.get() or DEFAULT_DB_ALIAS]


class Router:
    """Send reads of the community within ``maybe_stale`` to the replica, and all else to the primary."""

    def db_for_read(self, model: type[Model], **_hints: Any) -> str:
        return (model._meta.app_label in OF_THE_COMMUNITY and _alias.get()) or DEFAULT_DB_ALIAS

    def db_for_write(self, _model: type[Model], **_hints: Any) -> str:
        # Also for a row that was read on the replica. What is read after it must see it.
        _alias.set(None)
        return DEFAULT_DB_ALIAS

    def allow_relation(self, _one: Model, _other: Model, **_hints: Any) -> bool:
        return True  # both are the same database

    def allow_migrate(self, db: str, _app_label: str, **_hints: Any) -> bool:
        return db == DEFAULT_DB_ALIAS


class Replica:
    """The state of the replica, as far as this process knows it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._usable = False
        self._looked_at = float("-inf")
        # The end of the primary's log at the last look.
        self._must_have: str | None = None

    def is_usable(self) -> bool:
        """Return whether there is a replica that was near the primary at the last look. Look again when it is time."""
        if not has_replica():
            return False
        # One thread looks, the others use what it knew before.
        if self._age() >= LOOK_EVERY_S and self._lock.acquire(blocking=False):
            try:
                self._look()
            finally:
                self._looked_at = time.monotonic()
                self._lock.release()
        return self._usable and self._age() < LOOK_LASTS_S

    def leave_out(self, fault: Exception) -> None:
        """Use the primary until the next look."""
        self._turn(False, f"it fails: {type(fault).__name__}")
        self._looked_at = time.monotonic()

    def _age(self) -> float:
        return time.monotonic() - self._looked_at

    def _look(self) -> None:
        before = self._must_have if self._age() < LOOK_LASTS_S else None
        try:
            self._must_have = _value("SELECT pg_current_wal_lsn()::text", DEFAULT_DB_ALIAS)
            is_near = _value(
                "SELECT pg_is_in_recovery() AND pg_last_wal_replay_lsn() >= %s::pg_lsn",
                REPLICA,
                before or self._must_have,
            )
        except Error as fault:
            self._turn(False, f"it does not answer: {type(fault).__name__}")
        else:
            self._turn(bool(is_near), "it is behind the primary, or is no replica of it")

    def _turn(self, usable: bool, why: str) -> None:
        if usable and not self._usable:
            log.info("reads that may be stale are on the replica")
        if not usable and (self._usable or self._looked_at < 0):
            log.warning("reads are on the primary, not on the replica: %s", why)
        self._usable = usable


_replica = Replica()


def _value(query: str, alias: str, *values: str | None) -> Any:
    with connections[alias].cursor() as cursor:
        cursor.execute(query, values)
        [value] = cursor.fetchone()
    return value
