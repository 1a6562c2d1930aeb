"""Rules for the rows of an account that is merged into another one of the same person. Each app registers its own.

An app lists its rules in a module ``merging``: one for each foreign key to a person, a profile or a mentor.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

import pghistory
from django.apps import apps
from django.db.models import Count, Exists, ForeignKey, Model, OuterRef, Q, QuerySet
from django.utils.text import capfirst

from accounts.models import MentorProfile, Profile, User

# A person is one row in each of these.
PERSON = (User, Profile, MentorProfile)


@dataclass(frozen=True, slots=True)
class Merge:
    """Two accounts of one person: ``gone`` is merged into ``stays``, by an admin, with a reason.

    ``mentors`` are the mentor profiles that the two had before. ``came_in`` says whether somebody was in the account
    that goes: only then it is known that they read mails at its address. ``afterwards``: an act of a rule adds calls
    that need all rows to have moved.
    """

    gone: User
    stays: User
    mentors: tuple[MentorProfile | None, MentorProfile | None]
    came_in: bool
    by: User
    reason: str
    now: datetime
    afterwards: list[Callable[[], object]] = field(default_factory=list)

    def keys(self, model: type[Model]) -> tuple[int, int] | None:
        """Return the keys of the row in ``model`` of each of the two. None unless both have one."""
        if model is User:
            return self.gone.pk, self.stays.pk
        if model is Profile:
            return self.gone.profile.pk, self.stays.profile.pk
        gone, stays = self.mentors
        return (gone.pk, stays.pk) if gone and stays else None

    @property
    def two_mentors(self) -> tuple[MentorProfile, MentorProfile] | None:
        """The two mentor profiles. None unless both have one."""
        gone, stays = self.mentors
        return (gone, stays) if gone and stays else None


Act = Callable[[Merge, int, int], int]


@dataclass(frozen=True, slots=True)
class MergeRule:
    """The outcome for the rows of ``model`` whose ``field`` is the account that goes.

    ``act`` gets the keys of both, and returns how many rows follow. ``words`` say the outcome, for admins.
    """

    model: type[Model]
    field: str
    act: Act
    words: str

    @property
    def root(self) -> type[Model]:
        """The model of the person to which the field points."""
        return self.model._meta.get_field(self.field).related_model  # type: ignore[return-value]

    @property
    def label(self) -> str:
        field = self.model._meta.get_field(self.field)
        return f"{capfirst(str(self.model._meta.verbose_name))}: {getattr(field, 'verbose_name', self.field)}"

    def counts(self, gone: Model | None, stays: Model | None) -> tuple[int, int]:
        """Return how many rows point to each of the two."""
        keys = [row.pk for row in (gone, stays) if row is not None]
        rows = _rows(self.model).filter(**{f"{self.field}__in": keys}).order_by()
        found = dict(rows.values_list(self.field).annotate(number=Count("pk")))
        return found.get(gone.pk, 0) if gone else 0, found.get(stays.pk, 0) if stays else 0


_rules: list[MergeRule] = []
_locks: list[tuple[int, Callable[[Merge], object]]] = []
_refusals: list[Callable[[Merge], Iterable[str]]] = []
_endings: list[Callable[[Merge], object]] = []


# --- rules ------------------------------------------------------------------------------------------------


def moves(
    model: type[Model], *fields: str, unless_same: Iterable[str] = (), rest_goes: bool = False, but: Q | None = None
) -> list[MergeRule]:
    """Return rules by which rows follow the person.

    A row stays behind if the account that stays has one with the same values of ``unless_same``, or if it is among
    ``but``. Rows that stay behind are deleted if ``rest_goes``.
    """
    same = tuple(unless_same)
    words = "follow"
    if same or but is not None:
        rest = "are deleted" if rest_goes else "stay behind"
        words = f"follow; those that the account that stays has as well {rest}"
    acts = {field: partial(_move, model, field, same, rest_goes, but) for field in fields}
    return [MergeRule(model, field, act, words) for field, act in acts.items()]


def fills(model: type[Model], field: str, *, rest_goes: bool = False) -> list[MergeRule]:
    """Return a rule by which rows follow if the account that stays has none.

    Otherwise they stay with the account that is gone, or are deleted if ``rest_goes``.
    """
    rest = "are deleted" if rest_goes else "stay behind"
    words = f"follow if the account that stays has none; otherwise they {rest}"
    return [MergeRule(model, field, partial(_fill, model, field, rest_goes), words)]


def leaves(model: type[Model], *fields: str, words: str) -> list[MergeRule]:
    """Return rules by which rows stay as they are. ``words`` say why."""
    return [MergeRule(model, field, lambda merge, gone, stays: 0, words) for field in fields]


def removes(model: type[Model], field: str, words: str) -> list[MergeRule]:
    """Return a rule by which rows are deleted."""
    return [MergeRule(model, field, partial(_remove, model, field), words)]


def acts(model: type[Model], field: str, act: Act, words: str) -> list[MergeRule]:
    """Return a rule with an act of its own."""
    return [MergeRule(model, field, act, words)]


def _rows(model: type[Model]) -> QuerySet:
    return model._base_manager.all()


def _move(
    model: type[Model],
    field: str,
    same: tuple[str, ...],
    rest_goes: bool,
    but: Q | None,
    merge: Merge,
    gone: int,
    stays: int,
) -> int:
    theirs = rows = _rows(model).filter(**{field: gone})
    if same:
        twins = _rows(model).filter(**{field: stays}, **{name: OuterRef(name) for name in same})
        rows = rows.filter(~Exists(twins))
    if but is not None:
        rows = rows.exclude(but)
    moved = rows.update(**{field: stays})
    if rest_goes:
        theirs.all().delete()
    return moved


def _fill(model: type[Model], field: str, rest_goes: bool, merge: Merge, gone: int, stays: int) -> int:
    if _rows(model).filter(**{field: stays}).exists():
        if rest_goes:
            _rows(model).filter(**{field: gone}).delete()
        return 0
    return _rows(model).filter(**{field: gone}).update(**{field: stays})


def _remove(model: type[Model], field: str, merge: Merge, gone: int, stays: int) -> int:
    _rows(model).filter(**{field: gone}).delete()
    return 0


def move_pairs(model: type[Model], field: str, first: str, second: str, merge: Merge, gone: int, stays: int) -> int:
    """Move the person in pairs that are stored once, the lower key first. A pair that is there already stays alone."""
    other_field = second if field == first else first
    moved = 0
    for row in _rows(model).filter(**{field: gone}).order_by("pk"):
        lower, higher = sorted([stays, getattr(row, f"{other_field}_id")])
        pair = {f"{first}_id": lower, f"{second}_id": higher}
        if lower == higher or _rows(model).filter(**pair).exists():
            row.delete()
            continue
        moved += _rows(model).filter(pk=row.pk).update(**pair)
    return moved


# --- the registry -----------------------------------------------------------------------------------------


def register(*rules: Iterable[MergeRule]) -> None:
    """Add rules. Raises ValueError if a field has one."""
    taken = {(rule.model, rule.field) for rule in _rules}
    for rule in (one for group in rules for one in group):
        if (rule.model, rule.field) in taken:
            raise ValueError(f"{rule.model._meta.label}.{rule.field} has two rules for a merge")
        taken.add((rule.model, rule.field))
        _rules.append(rule)


def register_lock(position: int, lock: Callable[[Merge], object]) -> None:
    """Add a function that locks rows of both. Those with a lower position come first."""
    _locks.append((position, lock))


def register_refusals(refusals: Callable[[Merge], Iterable[str]]) -> None:
    """Add a function that returns sentences for which a merge is not possible."""
    _refusals.append(refusals)


def register_ending(ending: Callable[[Merge], object]) -> None:
    """Add a function that is called once all rows have moved."""
    _endings.append(ending)


def all_rules() -> tuple[MergeRule, ...]:
    return tuple(_rules)


def lock_both(merge: Merge) -> None:
    for _position, lock in sorted(_locks, key=lambda one: one[0]):
        lock(merge)


def reasons_against(merge: Merge) -> list[str]:
    """Return sentences for which the two cannot be merged, each of them once."""
    return list(dict.fromkeys(sentence for refusals in _refusals for sentence in refusals(merge)))


def endings() -> tuple[Callable[[Merge], object], ...]:
    return tuple(_endings)


def relations() -> Iterator[tuple[type[Model], str]]:
    """Yield each foreign key to a person, as model and field. Not those of the record of changes, which stays."""
    for model in apps.get_models(include_auto_created=True):
        options = model._meta
        if not options.managed or options.proxy or issubclass(model, pghistory.models.Event):
            continue
        for key in options.local_fields:
            if isinstance(key, ForeignKey) and key.related_model in PERSON:
                yield model, key.name
