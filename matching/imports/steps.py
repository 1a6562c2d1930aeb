"""The three steps of an import, some rows at a time: check, apply, undo. Each call works on rows in one transaction."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any, Protocol

from django.db import connection, transaction
from django.db.models import Count, F, Q

from accounts.models import User
from accounts.roles import SET_ROLE
from matching.community.load import IMPORT_LOCK
from matching.imports import resume
from matching.imports.careers import Careers
from matching.imports.cohort import CohortPeople
from matching.imports.columns import Column, columns_of, read_row
from matching.imports.community import Community
from matching.imports.exclusions import Exclusions
from matching.imports.people import People
from matching.imports.undo import undo_rows
from matching.imports.verdict import Outcome, Unit, Verdict
from matching.models import Import, ImportRow

Kind, Status, State = Import.Kind, Import.Status, ImportRow.State

ROWS_AT_ONCE = 500
# The same rows are tried this often.
ATTEMPTS_MAX = 2
# The fields of a row that a step writes.
WRITTEN = ["subject", "outcome", "faults", "says", "state", "undo", "cells"]


class Handler(Protocol):
    """The judge and the writer of one kind of row."""

    def judge(self, rows: Sequence[Verdict], *, lock: bool = False) -> None: ...

    def write(self, rows: Sequence[Verdict], *, now: datetime) -> list[list[Unit]]: ...


@transaction.atomic
def begin(*, import_id: int) -> bool:
    """Count an attempt, before the work: one that is cut off must count as well. Return False after too many."""
    one = _claimed(import_id, *Import.WORKING)
    if one is None:
        return True
    if one.attempts >= ATTEMPTS_MAX:
        return False
    one.attempts += 1
    one.save(update_fields=["attempts"])
    return True


def forget_attempt(*, import_id: int) -> None:
    """Count the last attempt not: it only waited for a lock."""
    Import.objects.filter(pk=import_id, attempts__gt=0).update(attempts=F("attempts") - 1)


@transaction.atomic
def check_some(*, import_id: int, now: datetime) -> int:
    """Check the next rows against what is stored, and write nothing but the report. Return how many.

    After the last one the import is ``checked``. 0: it is not to be checked, or another worker does it.
    """
    one = _claimed(import_id, Status.MAPPED)
    if one is None:
        return 0
    rows = list(one.rows.filter(outcome="").order_by("place")[:ROWS_AT_ONCE])
    for row, verdict in zip(rows, _judged(one, rows, now=now), strict=True):
        row.subject = verdict.subject[:600]
        _note(row, verdict)
    _refuse_twins(one, rows)
    _save(rows)
    return _count(one, rows, then=Status.CHECKED, now=now)


@transaction.atomic
def apply_some(*, import_id: int, now: datetime, at_once: int | None = None) -> int:
    """Apply the next rows, ``at_once`` of them, as they are judged now, under locks. Return how many.

    After the last one the import is ``applied``. 0: it is not to be applied, or another worker does it.
    Raises IntegrityError if somebody stored the same thing at this moment.
    """
    one = _claimed(import_id, Status.APPLYING)
    if one is None:
        return 0
    _one_at_a_time()
    waiting = one.rows.filter(state=State.WAITING).exclude(outcome=Outcome.BAD).order_by("place")
    rows = list(waiting[: at_once or ROWS_AT_ONCE])
    # A person before their positions.
    for kind, same in groupby(rows, key=lambda row: row.kind):
        _apply(one, kind, list(same), now=now)
    _save(rows)
    return _count(one, rows, then=Status.APPLIED, now=now)


@transaction.atomic
def undo_some(*, import_id: int, now: datetime) -> int:
    """Undo the next rows, the last one first. Return how many. After the first row the import is ``undone``."""
    one = _claimed(import_id, Status.UNDOING)
    if one is None:
        return 0
    _one_at_a_time()
    rows = list(one.rows.filter(state=State.DONE).order_by("-place")[:ROWS_AT_ONCE])
    undo_rows(rows, may_change_admins=_may_change_admins(one.undone_by), now=now)
    _save(rows)
    done = _count(one, rows, then=Status.UNDONE, now=now)
    if one.status == Status.UNDONE:
        # The report shows the rows that stay. The others hold personal data for nothing.
        one.rows.exclude(state=State.KEPT).delete()
    return done


@transaction.atomic
def refuse_next(*, import_id: int, wrong: str, todo: str) -> None:
    """Refuse the first row that waits: it cannot be applied."""
    one = _claimed(import_id, Status.APPLYING)
    waiting = one and one.rows.filter(state=State.WAITING).exclude(outcome=Outcome.BAD).order_by("place").first()
    if waiting:
        waiting.outcome, waiting.says = Outcome.BAD, []
        waiting.faults = [{"column": "", "cell": "", "wrong": wrong, "todo": todo}]
        waiting.save()
        Import.objects.filter(pk=import_id).update(attempts=0)


@transaction.atomic
def fail(*, import_id: int, failure: str, now: datetime) -> None:
    """Stop an import. Rows that are applied stay, and can be undone."""
    one = _claimed(import_id, *Import.WORKING)
    if one is not None:
        if one.status == Status.APPLYING:
            one.applied_at = now
        one.failure = failure
        _count_outcomes(one)
        one.move_to(Status.FAILED, at=now)


def _one_at_a_time() -> None:
    """Wait for other imports: two of the same file would try to create the same people."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [IMPORT_LOCK])


def _claimed(import_id: int, *statuses: str) -> Import | None:
    """Return the import, locked. None if it is not in this status, or if another worker has it."""
    found = Import.objects.select_for_update(skip_locked=True, no_key=True)
    return found.filter(pk=import_id, status__in=statuses).first()


def _judged(one: Import, rows: Sequence[ImportRow], *, now: datetime) -> list[Verdict]:
    """Return the verdict of each row, in order."""
    found: list[Verdict] = []
    for kind, same in groupby(rows, key=lambda row: row.kind):
        columns = _columns(one, kind)
        verdicts = [Verdict(*_read(kind, columns, row.cells)) for row in same]
        coming = {verdict.subject for verdict in found if verdict.outcome == Outcome.CREATE}
        _handler(one, kind, now=now, coming=coming).judge(verdicts)
        found += verdicts
    return found


def _read(kind: str, columns: Sequence[Column | None], cells: Sequence[str]) -> tuple[dict[str, Any], list[Any]]:
    return ({"text": cells[0]}, []) if kind == Kind.COMMUNITY else read_row(columns, cells)


def _columns(one: Import, kind: str) -> list[Column | None]:
    """Return the column that each cell of a row fills."""
    if kind == Kind.COMMUNITY:
        return []
    known = columns_of(kind)
    names = one.columns if one.kind == kind else resume.PERSON if kind == Kind.PEOPLE else resume.POSITION
    return [known.get(name) for name in names]


def _may_change_admins(by: User | None) -> bool:
    return by is not None and by.has_perm(SET_ROLE)


def _handler(one: Import, kind: str, *, now: datetime, coming: Collection[str] = ()) -> Handler:
    """Return the handler of a kind of row. ``coming``: addresses of people whom earlier rows create."""
    by = one.applied_by or one.uploaded_by
    may_change_admins = _may_change_admins(by)
    if kind == Kind.COMMUNITY:
        return Community(now=now, may_change_admins=may_change_admins)
    if kind == Kind.CAREERS:
        return Careers(overwrite=one.overwrite, coming=coming, may_change_admins=may_change_admins)
    if kind == Kind.EXCLUSIONS:
        return Exclusions(overwrite=one.overwrite, by=by, may_change_admins=may_change_admins)
    if kind == Kind.COHORT:
        return CohortPeople(cohort=one.cohort, overwrite=one.overwrite)
    return People(with_mentors=kind == Kind.MENTORS, overwrite=one.overwrite, may_change_admins=may_change_admins)


def _apply(one: Import, kind: str, rows: list[ImportRow], *, now: datetime) -> None:
    columns, handler = _columns(one, kind), _handler(one, kind, now=now)
    verdicts = [Verdict(*_read(kind, columns, row.cells)) for row in rows]
    handler.judge(verdicts, lock=True)
    written = [
        (row, verdict)
        for row, verdict in zip(rows, verdicts, strict=True)
        if verdict.outcome in (Outcome.CREATE, Outcome.CHANGE)
    ]
    units = handler.write([verdict for _row, verdict in written], now=now)
    for (row, _verdict), undo in zip(written, units, strict=True):
        row.undo = undo
    for row, verdict in zip(rows, verdicts, strict=True):
        _note(row, verdict)
        if verdict.outcome != Outcome.BAD:
            row.state = State.DONE


def _note(row: ImportRow, verdict: Verdict) -> None:
    row.outcome = verdict.outcome
    row.faults = [fault.as_json() for fault in verdict.faults]
    row.says = [] if verdict.faults else verdict.says


def _refuse_twins(one: Import, rows: Sequence[ImportRow]) -> None:
    """Refuse rows about something that an earlier row is about already."""
    subjects = {row.subject for row in rows if row.subject}
    earlier = one.rows.filter(subject__in=subjects, place__lt=rows[0].place if rows else 0).order_by("-place")
    first = dict(earlier.values_list("subject", "line"))
    for row in rows:
        if row.subject and row.subject in first:
            row.outcome, row.says = Outcome.BAD, []
            row.faults.append(
                {
                    "column": "",
                    "cell": row.subject,
                    "wrong": f"Line {first[row.subject]} is about the same.",
                    "todo": "Keep one of the two rows.",
                }
            )
        elif row.subject:
            first[row.subject] = row.line


def _save(rows: Sequence[ImportRow]) -> None:
    # An update of many rows by bulk_update costs ten times as much: a condition for each field of each row.
    ImportRow.objects.bulk_create(rows, update_conflicts=True, unique_fields=["id"], update_fields=WRITTEN)


def _count(one: Import, rows: Sequence[ImportRow], *, then: Import.Status, now: datetime) -> int:
    """Note how far the work is. Without further rows the step is over."""
    one.done = min(one.done + len(rows), one.total)
    if rows:
        one.attempts = 0
        one.save(update_fields=["done", "attempts"])
        return len(rows)
    _count_outcomes(one)
    if then == Status.APPLIED:
        one.applied_at = now
    one.done = one.total
    one.move_to(then, at=now)
    return 1


def _count_outcomes(one: Import) -> None:
    if one.status == Status.UNDOING:
        one.kept = one.rows.filter(state=State.KEPT).count()
        return
    counts = one.rows.aggregate(**{outcome: Count("pk", filter=Q(outcome=outcome)) for outcome in Outcome.values})
    one.created, one.changed = counts[Outcome.CREATE], counts[Outcome.CHANGE]
    one.unchanged, one.bad = counts[Outcome.SAME], counts[Outcome.BAD]
