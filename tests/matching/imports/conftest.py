"""Files, and an admin who imports them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from accounts.models import User
from matching.jobs.imports import work_on_import
from matching.models import Import
from matching.services.imports import apply_import, map_columns, undo_import, upload_import
from tests.factories import NOW


def csv_of(*rows: Sequence[str]) -> bytes:
    return "\r\n".join(",".join(row) for row in rows).encode()


@pytest.fixture
def upload(admin, rung) -> Callable[..., Import]:
    """Return a function that uploads a file, chooses the proposed columns, and has it checked."""

    def uploaded(
        kind: str, data: bytes, *, overwrite: Sequence[str] = (), email: str = "", by: User | None = None
    ) -> Import:
        one = upload_import(kind=kind, file_name=f"{kind}.csv", data=data, email=email, by=by or admin, now=NOW)
        if one.status == Import.Status.UPLOADED:
            map_columns(import_id=one.pk, columns=one.columns, overwrite=overwrite, now=NOW)
        work_on_import(import_id=one.pk, now=NOW)
        one.refresh_from_db()
        return one

    return uploaded


@pytest.fixture
def apply(admin, rung) -> Callable[[Import], Import]:
    def applied(one: Import, *, by: User | None = None) -> Import:
        apply_import(import_id=one.pk, by=by or admin, now=NOW)
        work_on_import(import_id=one.pk, now=NOW)
        one.refresh_from_db()
        return one

    return applied


@pytest.fixture
def undo(admin, rung) -> Callable[[Import], Import]:
    def undone(one: Import, *, by: User | None = None) -> Import:
        undo_import(import_id=one.pk, by=by or admin, now=NOW)
        work_on_import(import_id=one.pk, now=NOW)
        one.refresh_from_db()
        return one

    return undone


def faults(one: Import) -> list[tuple[int, str, str, str]]:
    """Return line, column, fault and advice of each bad row."""
    return [
        (row.line, fault["column"], fault["wrong"], fault["todo"])
        for row in one.rows.filter(outcome="bad").order_by("place")
        for fault in row.faults
    ]
