"""The record of changes in words: what became of a row, what was done to a person, and what a person did."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.contrib.admin.utils import display_for_value
from django.db.models import Field, Model, Q, QuerySet
from django.db.models.fields.json import KeyTextTransform
from django.utils.text import capfirst

from accounts.models import User
from accounts.models.recording import CREATED, DELETED, Record, all_records, record_of

# The newest changes of each table that a list about a person shows.
SHOWN_MAX = 100
EMPTY = "–"


@dataclass(frozen=True, slots=True)
class FieldChange:
    name: str
    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Change:
    """One change of one row. ``who`` is a name, ``where`` the page or the task. ``fields`` is empty for a deletion."""

    at: datetime
    who: str
    where: str
    what: str
    model: type[Model]
    key: Any
    thing: str
    fields: tuple[FieldChange, ...]

    def without(self, hidden: Collection[str]) -> Change:
        """Return the change without some fields."""
        return replace(self, fields=tuple(field for field in self.fields if field.name not in hidden))

    @property
    def model_name(self) -> str:
        return capfirst(str(self.model._meta.verbose_name))


def changes_of(row: Model) -> list[Change]:
    """Return all changes of a row, the newest first. Empty for a model without a record."""
    record = record_of(type(row))
    return _in_words([(record, record.events.objects.filter(pgh_obj_id=row.pk))]) if record else []


def changes_to(person: User, *, reader: User) -> list[Change]:
    """Return the newest changes of rows that are about a person, as far as ``reader`` may know them."""
    found = []
    for record in all_records():
        if record.people:
            theirs = Q(*[(path, person.pk) for path in record.people], _connector=Q.OR)
            rows = record.model._default_manager.filter(theirs).order_by().values("pk")
            # A row that is gone is known by what its events say.
            said = [(path, person.pk) for path in record.people if path in record.fields]
            about = Q(("pgh_obj__in", rows), *said, _connector=Q.OR)
            found.append((record, _events_for(reader, record).filter(about)))
    return _in_words(found)[:SHOWN_MAX]


def changes_by(person: User, *, reader: User) -> list[Change]:
    """Return the newest changes that a person made, as an admin or as a member, as far as ``reader`` may know them."""
    theirs = {"actor": str(person.pk)}
    actor = KeyTextTransform("user", "pgh_context")
    found = [(record, _events_for(reader, record).alias(actor=actor).filter(**theirs)) for record in all_records()]
    return _in_words(found)[:SHOWN_MAX]


def _events_for(reader: User, record: Record) -> QuerySet[Any]:
    """Return the events that ``reader`` may know: no concerns about them, no blocks against them, no reasons of others.

    The reasons are those of proposals by hand in which they are one of the two.
    """
    events = record.events.objects.all()
    if not record.kept_from:
        return events
    # An event keeps the account that it named before a merge.
    accounts = User.objects.filter(Q(pk=reader.pk) | Q(merged_into=reader))
    theirs = [(f"{path}__in", accounts.values("pk")) for path in record.kept_from]
    return events.exclude(Q(*theirs, _connector=Q.OR))


def _in_words(found: Iterable[tuple[Record, QuerySet]]) -> list[Change]:
    """Return the newest changes of some events, in words. Each table takes three queries, each kind of relation one."""
    changed = [pair for record, events in found for pair in _with_next(record, events.order_by("-pgh_id")[:SHOWN_MAX])]
    names = _names(changed)
    changes = [_change(record, event, after, names) for record, event, after in changed]
    return sorted(changes, key=lambda change: change.at, reverse=True)


def _with_next(record: Record, events: Iterable[Any]) -> list[tuple[Record, Any, Any]]:
    """Return each event with the row as it was after it: the next event of the row, or the row as it is now."""
    chosen = list(events)
    keys = {event.pgh_obj_id for event in chosen}
    if not keys:
        return []
    rows = record.model._default_manager.in_bulk(keys)
    later: dict[Any, list[Any]] = defaultdict(list)
    for event in record.events.objects.filter(pgh_obj_id__in=keys).order_by("pgh_id"):
        later[event.pgh_obj_id].append(event)
    found = []
    for event in chosen:
        following = [other for other in later[event.pgh_obj_id] if other.pgh_id > event.pgh_id]
        found.append((record, event, following[0] if following else rows.get(event.pgh_obj_id)))
    return found


def _names(changed: Iterable[tuple[Record, Any, Any]]) -> dict[tuple[type[Model], Any], str]:
    """Return the names of all rows that some events refer to."""
    wanted: dict[type[Model], set[Any]] = defaultdict(set)
    for record, event, after in changed:
        wanted[record.model].add(event.pgh_obj_id)
        wanted[User].add((event.pgh_context or {}).get("user"))
        for field in _fields(record):
            if field.related_model:
                wanted[field.related_model] |= {getattr(one, field.attname) for one in (event, after) if one}
    return {
        (model, row.pk): str(row)
        for model, keys in wanted.items()
        # Names of rows are made of the rows that they refer to.
        for row in model._default_manager.select_related().filter(pk__in=keys - {None})
    }


def _fields(record: Record) -> list[Field]:
    return [field for field in record.model._meta.concrete_fields if field.name in record.fields]


def _change(record: Record, event: Any, after: Any, names: dict[tuple[type[Model], Any], str]) -> Change:
    context = event.pgh_context or {}
    is_created, is_deleted = event.pgh_label == CREATED, event.pgh_label == DELETED
    fields = []
    for field in () if is_deleted else _fields(record):
        # An event of an insert holds the new row.
        before = EMPTY if is_created else _value(field, event, names)
        now = _value(field, event if is_created else after, names)
        if before != now:
            fields.append(FieldChange(field.name, capfirst(str(field.verbose_name)), before, now))
    return Change(
        at=event.pgh_created_at,
        who=_who(context, names),
        where=str(context.get("route") or context.get("task") or ""),
        what=event.pgh_label,
        model=record.model,
        key=event.pgh_obj_id,
        thing=names.get((record.model, event.pgh_obj_id), "(deleted)"),
        fields=tuple(fields),
    )


def _who(context: dict[str, Any], names: dict[tuple[type[Model], Any], str]) -> str:
    if context.get("user") is not None:
        return names.get((User, context["user"]), "(deleted)")
    return "worker" if "task" in context else "visitor" if "route" in context else "command"


def _value(field: Field, row: Any, names: dict[tuple[type[Model], Any], str]) -> str:
    if row is None:
        return EMPTY
    value = getattr(row, field.attname)
    if value in (None, "", []):
        return EMPTY
    if field.related_model:
        return names.get((field.related_model, value), "(deleted)")
    choices = dict(field.flatchoices)
    if isinstance(value, list):
        return ", ".join(str(part) for part in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(choices.get(value, "") or display_for_value(value, EMPTY))
