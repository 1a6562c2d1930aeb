"""The judgement of a row against the database, and a record of what it did."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from matching.imports.columns import Fault
from matching.models import ImportRow

Outcome = ImportRow.Outcome
Unit = dict[str, Any]


@dataclass(slots=True)
class Verdict:
    """The judgement of one row.

    ``values`` are those of its cells. ``subject`` names what it is about: two rows must not have the same.
    ``says``: sentences about what it does. ``plan``: what the writer of its kind needs.
    """

    values: dict[str, Any]
    faults: list[Fault] = field(default_factory=list)
    subject: str = ""
    says: list[str] = field(default_factory=list)
    outcome: str = ""
    plan: Any = None

    def refuse(self, column: str, cell: str, wrong: str, todo: str) -> None:
        self.faults.append(Fault(column, cell, wrong, todo))

    def settle(self, outcome: Outcome) -> None:
        self.outcome = Outcome.BAD if self.faults else outcome


def created(what: str, pk: int, after: dict[str, Any], name: str) -> Unit:
    """Return a unit of undo for a row that an import created. ``name`` is for the report."""
    return {"what": what, "id": pk, "name": name, "created": True, "before": {}, "after": after}


def changed(what: str, pk: int, before: dict[str, Any], after: dict[str, Any], name: str) -> Unit:
    """Return a unit of undo for the fields of a row that an import changed."""
    return {"what": what, "id": pk, "name": name, "created": False, "before": before, "after": after}
