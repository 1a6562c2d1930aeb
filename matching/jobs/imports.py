"""The worker's part of an import: check, apply and undo, until nothing is left. A sweep makes up for lost calls."""

from __future__ import annotations

import logging
from datetime import datetime

from billiard.exceptions import SoftTimeLimitExceeded
from django.db import IntegrityError, InterfaceError, OperationalError
from psycopg.errors import DeadlockDetected, LockNotAvailable

from accounts.sweep import each_due
from matching.community.schema import BadCommunityFile
from matching.imports.steps import (
    ROWS_AT_ONCE,
    apply_some,
    begin,
    check_some,
    fail,
    forget_attempt,
    refuse_next,
    undo_some,
)
from matching.models import Import, ImportRow
from matching.models.imports import ROWS_KEPT_FOR

log = logging.getLogger(__name__)

Status = Import.Status

AT_THE_SAME_MOMENT = "Somebody stored the same at this moment."
BROKEN = (
    "An error of the server stopped it. The people who run the server find it in the log. Rows that were applied "
    "before can be undone."
)


TOO_MUCH = (
    "The server did not get through the next rows, twice. Split the file. Rows that were applied before can be undone."
)


def work_on_import(*, import_id: int, now: datetime) -> int:
    """Check, apply or undo an import to the end. Return how many times rows were worked on.

    Each time is a transaction of its own: after a crash the sweep goes on with the next rows.
    """
    done = 0
    while _step(import_id, now):
        done += 1
    return done


def tend_imports(*, now: datetime) -> int:
    """Go on with imports that nobody works on, and forget old rows. Return how many imports changed."""
    working = Import.objects.filter(status__in=Import.WORKING).order_by("status_since_at", "pk")
    return each_due(working, lambda pk: work_on_import(import_id=pk, now=now) > 0) + forget_rows(now=now)


def forget_rows(*, now: datetime) -> int:
    """Delete rows and headers that are old, and imports that were never applied. Return whether, as a count."""
    old = Import.objects.filter(status_since_at__lte=now - ROWS_KEPT_FOR)
    forgotten, _ = old.filter(status__in=[Status.UPLOADED, Status.CHECKED]).delete()
    settled = old.filter(status__in=[Status.APPLIED, Status.UNDONE, Status.FAILED])
    rows, _ = ImportRow.objects.filter(belongs_to__in=settled).delete()
    # The first row of a file without a header is about a person.
    settled.exclude(header=[]).update(header=[])
    return int(bool(forgotten)) + int(bool(rows))


def _step(import_id: int, now: datetime) -> int:
    """Work on the next rows. Return 0 if there are none, or if it has to wait for the sweep."""
    try:
        if not begin(import_id=import_id):
            fail(import_id=import_id, failure=TOO_MUCH, now=now)
            return 0
        return (
            check_some(import_id=import_id, now=now)
            or _apply_some(import_id, now)
            or undo_some(import_id=import_id, now=now)
        )
    except SoftTimeLimitExceeded:
        raise
    except (OperationalError, InterfaceError) as error:
        log.warning("import %s waits for the sweep: %s", import_id, type(error).__name__)
        if isinstance(error.__cause__, LockNotAvailable | DeadlockDetected):
            forget_attempt(import_id=import_id)
        return 0
    except Exception:
        log.exception("import %s failed", import_id)
        fail(import_id=import_id, failure=BROKEN, now=now)
        return 0


def _apply_some(import_id: int, now: datetime) -> int:
    try:
        return apply_some(import_id=import_id, now=now)
    except BadCommunityFile as bad:
        fail(import_id=import_id, failure=f"The community has changed meanwhile. {bad.faults[0]}"[:300], now=now)
        return 0
    except IntegrityError:
        return _one_by_one(import_id, now)


def _one_by_one(import_id: int, now: datetime) -> int:
    """Apply the next rows alone, so that one that cannot be stored stops no other."""
    done = 0
    for _row in range(ROWS_AT_ONCE):
        try:
            worked = apply_some(import_id=import_id, now=now, at_once=1)
        except IntegrityError:
            refuse_next(import_id=import_id, wrong=AT_THE_SAME_MOMENT, todo="Import the row again.")
            worked = 1
        if not worked:
            break
        done += worked
    return done
