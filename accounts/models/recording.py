"""The record of changes. Triggers of the database copy a row into a table of events before it changes or goes.

An event holds the row as it was before. How it became is in the next event of the same row, or in the row itself. So
inserts cost nothing, and rows from before the record have one as well. Small tables that admins fill also have events
of inserts, which hold the new row.

Only the named fields are copied: a private text stays out unless somebody names it. ``pgh_context`` says who acted:
"user" holds the key of a person, "route" the name of the page, "task" that of a task of the worker. Events refer to
rows without constraints, so they stay when a row goes, until somebody is erased.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pghistory
from django.db.models import DO_NOTHING, BigAutoField, F, Index, Model
from django.db.models.fields.json import KeyTextTransform

CREATED, CHANGED, DELETED = "created", "changed", "deleted"


@dataclass(frozen=True, slots=True)
class Record:
    """The events of a model. ``people`` are the paths from the model to the people whom a row is about.

    ``kept_from`` are the paths from an event to the people who must not read it. Empty for most.
    """

    model: type[Model]
    events: type[Any]
    fields: tuple[str, ...]
    people: tuple[str, ...]
    kept_from: tuple[str, ...] = ()


_records: dict[type[Model], Record] = {}


def record(
    model: type[Model],
    *fields: str,
    people: tuple[str, ...] = (),
    kept_from: tuple[str, ...] = (),
    inserts: bool = False,
) -> type[Any]:
    """Create and return the model of the events of ``model``. Its migration installs the triggers."""
    trackers: list[pghistory.Tracker] = [
        pghistory.UpdateEvent(CHANGED, row=pghistory.Old),
        pghistory.DeleteEvent(DELETED),
    ]
    if inserts:
        trackers.append(pghistory.InsertEvent(CREATED))
    name = f"{model.__name__}Event"
    events = pghistory.create_event_model(
        model,
        *trackers,
        fields=[*fields],
        model_name=name,
        abstract=False,
        obj_field=pghistory.ObjForeignKey(
            related_name="events", related_query_name="events", on_delete=DO_NOTHING, db_index=True
        ),
        context_field=pghistory.ContextJSONField(),
        context_id_field=None,  # type: ignore[arg-type]  # its documentation offers None
        attrs={"pgh_id": BigAutoField(primary_key=True)},
        meta={
            # All that one person did.
            "indexes": [Index(KeyTextTransform("user", "pgh_context"), F("pgh_id").desc(), name=f"{name.lower()}_by")]
        },
    )
    _records[model] = Record(model, events, fields, people, kept_from)
    return events


def record_of(model: type[Model]) -> Record | None:
    """Return the record of a model, or of the model that a proxy stands for."""
    return _records.get(model._meta.concrete_model or model)


def all_records() -> tuple[Record, ...]:
    return tuple(_records.values())
