"""An admin uploads a file, maps its columns, applies it, undoes it. The worker does the rest."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from accounts.doorbell import ring_after_commit
from accounts.models import User
from matching.exceptions import ColumnsNotMapped, ImportCheckedAnew, ImportNotReadable, UndoTooLate
from matching.imports import mapping, resume
from matching.imports.columns import columns_of, other_names
from matching.imports.reading import CannotRead, decoded, read_table
from matching.models import Import, ImportColumns, ImportRow
from matching.tasks import work_on_import
from mentorship.models import Cohort

Kind, Status = Import.Kind, Import.Status

FILE_NAME_MAX = 200


@transaction.atomic
def upload_import(
    *, kind: str, file_name: str, data: bytes, email: str, by: User, now: datetime, cohort: Cohort | None = None
) -> Import:
    """Store the rows of a file. Raises ImportNotReadable with a sentence, also for people of a cohort without one.

    ``email`` is the address of the person whom a résumé is about. ``cohort`` is the one that its people are for.
    A file without columns to map is checked at once.
    """
    one = Import(kind=kind, file_name=file_name[-FILE_NAME_MAX:], status_since_at=now, created_at=now, uploaded_by=by)
    if kind == Kind.COHORT:
        if cohort is None or cohort.status == Cohort.Status.ARCHIVED:
            raise ImportNotReadable("Choose a cohort that is not archived for its people.")
        one.cohort = cohort
    try:
        rows = _rows(one, data, email)
    except CannotRead as fault:
        raise ImportNotReadable(str(fault)) from None
    one.total = len(rows)
    one.save()
    ImportRow.objects.bulk_create(rows, batch_size=1000)
    if kind in Import.TABLES:
        _propose_columns(one)
    else:
        _check(one, now=now)
    return one


def _rows(one: Import, data: bytes, email: str) -> list[ImportRow]:
    """Return the rows of a file, and set the header. Raises CannotRead."""
    if one.kind == Kind.COMMUNITY:
        return [ImportRow(belongs_to=one, place=1, line=1, kind=one.kind, cells=[decoded(data)])]
    if one.kind == Kind.RESUME:
        found = resume.rows_of(data, email)
        return [
            ImportRow(belongs_to=one, place=place, line=place, kind=kind, cells=cells)
            for place, (kind, cells) in enumerate(found, start=1)
        ]
    table = read_table(data)
    one.header = list(table.header)
    return [
        ImportRow(belongs_to=one, place=place, line=row.number, kind=one.kind, cells=list(row.cells))
        for place, row in enumerate(table.rows, start=1)
    ]


def _propose_columns(one: Import) -> None:
    """Set the columns that were chosen for this header before, or a guess."""
    columns = columns_of(one.kind)
    before = ImportColumns.objects.filter(kind=one.kind, header=mapping.digest(one.header)).first()
    if before:
        one.columns = mapping.remembered(one.header, before.columns, columns)
        one.overwrite = [name for name in before.overwrite if name in columns]
    else:
        one.columns = mapping.guessed(one.header, columns, other_names(one.kind))
    one.save(update_fields=["columns", "overwrite"])


@transaction.atomic
def map_columns(*, import_id: int, columns: Sequence[str], overwrite: Sequence[str], now: datetime) -> Import:
    """Choose what each column of the file fills, remember it for the next file like it, and have the rows checked.

    Raises ColumnsNotMapped with a sentence, MoveNotAllowed if it was applied already.
    """
    one = lock_import(import_id)
    one.must_allow(Status.MAPPED)
    known = columns_of(one.kind)
    faults = mapping.faults_of(columns, known)
    if faults:
        raise ColumnsNotMapped(" ".join(faults))
    one.columns = list(columns)
    # The columns by which a row is known are not replaced.
    one.overwrite = [name for name in overwrite if name in columns and not known[name].is_key]
    chosen = {mapping.key(name): column for name, column in zip(one.header, columns, strict=True)}
    ImportColumns.objects.update_or_create(
        kind=one.kind,
        header=mapping.digest(one.header),
        defaults={"columns": chosen, "overwrite": one.overwrite, "chosen_at": now},
    )
    one.rows.update(outcome="", subject="", faults=[], says=[])
    _check(one, now=now)
    return one


def _check(one: Import, *, now: datetime) -> None:
    one.move_to(Status.MAPPED, at=now)
    ring_after_commit(work_on_import, one.pk)


@transaction.atomic
def apply_import(*, import_id: int, by: User, now: datetime, seen: datetime | None = None) -> Import:
    """Apply the rows without a fault. ``seen`` is the time of the report that the admin read, if there was one.

    Raises MoveNotAllowed if somebody did so before, ImportCheckedAnew if there is another report now.
    """
    one = lock_import(import_id)
    one.must_allow(Status.APPLYING)
    if seen is not None and seen != one.status_since_at:
        raise ImportCheckedAnew("Somebody chose other columns meanwhile, so there is another report. Read that one.")
    one.applied_by = by
    one.move_to(Status.APPLYING, at=now)
    ring_after_commit(work_on_import, one.pk)
    return one


@transaction.atomic
def undo_import(*, import_id: int, by: User, now: datetime) -> Import:
    """Undo an import. Raises MoveNotAllowed if somebody did so before, UndoTooLate after a day."""
    one = lock_import(import_id)
    one.must_allow(Status.UNDOING)
    if not one.can_undo(now):
        raise UndoTooLate("It can be undone within a day only. Change the people in their lists.")
    one.undone_by = by
    one.move_to(Status.UNDOING, at=now)
    ring_after_commit(work_on_import, one.pk)
    return one


def lock_import(import_id: int) -> Import:
    return Import.objects.select_for_update(no_key=True).get(pk=import_id)
