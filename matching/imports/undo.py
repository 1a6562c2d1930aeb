"""Undoing rows of an import: what they created goes, what they changed is restored, unless it was touched since."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Exists, Model, OuterRef, Q
from django.db.models.deletion import get_candidate_relations_to_delete

from accounts.models import CareerStep, MentorProfile, Profile, User
from accounts.models.recording import record_of
from accounts.selectors import has_come_in
from accounts.services.profiles import LISTS, update_profiles
from matching.cohort_places import skip_added
from matching.imports import states
from matching.imports.states import LIST_FIELDS, State, plain
from matching.imports.values import listed
from matching.imports.verdict import Unit
from matching.models import HelpRequest, Import, ImportRow
from matching.selectors.cohorts.members import CURRENT
from mentorship.models import CohortMember, Exclusion, Goal, GoalKind, SessionKind
from mentorship.services.mentor_offer import update_offers

# Rows of these models say nothing about a use: they come with the thing, are compared with it, or follow from it.
PASSIVE = {
    "account.EmailAddress",
    "accounts.Notification",
    "accounts.Profile",
    "accounts.StaffRead",
    "matching.MentorTexts",
    "matching.RequestText",
    "mentorship.GoalKind_offered_by",
    "mentorship.SessionKind_offered_by",
    *(model._meta.label for model in LISTS.values()),
}

# Things that a table and a community file can both be about. A unit has the name that is the subject of a row.
NAMED = ("person", "mentor", "exclusion")

# A unit of undo, and the sentences about why it, or a part of it, stays.
Pairs = Sequence[tuple[Unit, list[str]]]


def undo_rows(rows: Sequence[ImportRow], *, may_change_admins: bool, now: datetime) -> None:
    """Undo applied rows, and set their states. Call it in a transaction. The caller saves the rows.

    Unless ``may_change_admins``, what is about people with a role stays.
    """
    kept: dict[int, list[str]] = {row.pk: [] for row in rows}
    by_thing: dict[str, list[tuple[Unit, list[str]]]] = defaultdict(list)
    later, of_admins = _later_rows(rows), set() if may_change_admins else _of_admins(rows)
    for row in rows:
        for other in later[row.pk]:
            _take_out(row.undo, other)
        if later[row.pk] and row.kind != Import.Kind.COMMUNITY:
            kept[row.pk] += [_stays(row.subject, other) for other in later[row.pk]]
            continue
        for unit in row.undo:
            if not unit["created"] and not unit["after"]:
                # A community file found it as it was.
                continue
            if others := [other for other in later[row.pk] if _is_about(other, unit)]:
                kept[row.pk] += [_stays(unit["name"], other) for other in others]
            elif (unit["what"], unit["id"]) in of_admins:
                kept[row.pk].append(f"{unit['name']} stays: this is an admin. An owner can undo it.")
            else:
                by_thing[unit["what"]].append((unit, kept[row.pk]))
    _lock(by_thing)
    # Each thing before those that it belongs to.
    for what, undo in UNDO.items():
        undo(by_thing[what], now)
    for row in rows:
        row.state = ImportRow.State.KEPT if kept[row.pk] else ImportRow.State.UNDONE
        row.says = list(dict.fromkeys(kept[row.pk]))
        row.undo, row.cells = [], []


def _stays(name: str, other: ImportRow) -> str:
    return f"{name} stays: the later import “{other.belongs_to}” is about the same."


def _later_rows(rows: Sequence[ImportRow]) -> dict[int, list[ImportRow]]:
    """Return the applied rows of later imports that are about the same as each of ``rows``, and found it there.

    A community file is about many things, which its units of undo name.
    """
    found: dict[int, list[ImportRow]] = {row.pk: [] for row in rows}
    by_name: dict[str, list[ImportRow]] = defaultdict(list)
    for row in rows:
        for name in _names_of(row):
            by_name[name].append(row)
    if not rows:
        return found
    this = rows[0].belongs_to
    is_later = Q(belongs_to__applied_at=None) | Q(belongs_to__applied_at__gt=this.applied_at)
    is_later |= Q(belongs_to__applied_at=this.applied_at, belongs_to__gt=this.pk)
    is_same = Q(subject__in=[name for name in by_name if name], outcome__in=["same", "change"])
    others = ImportRow.objects.filter(is_later, is_same | Q(kind=Import.Kind.COMMUNITY), state=ImportRow.State.DONE)
    # A row about somebody in a cohort does not name the cohort.
    others = others.exclude(Q(kind=Import.Kind.COHORT) & ~Q(belongs_to__cohort=this.cohort_id))
    for other in others.exclude(belongs_to=this).select_related("belongs_to").order_by("pk"):
        names = {other.subject}
        if other.kind == Import.Kind.COMMUNITY:
            names = {unit["name"] for unit in other.undo if not unit["created"]}
        for row in dict.fromkeys(row for name in names for row in by_name.get(name, ())):
            found[row.pk].append(other)
    return found


def _names_of(row: ImportRow) -> set[str]:
    """Return the names by which rows of other imports are about the same as ``row``."""
    return {row.subject, *(unit["name"] for unit in row.undo)} - {""}


def _is_about(other: ImportRow, unit: Unit) -> bool:
    """Return whether a later row found the thing of a unit of a community file."""
    if other.kind != Import.Kind.COMMUNITY:
        return unit["what"] in NAMED and unit["name"] == other.subject
    thing = (unit["what"], unit["id"])
    return any((mine["what"], mine["id"]) == thing and not mine["created"] for mine in other.undo)


def _of_admins(rows: Sequence[ImportRow]) -> set[tuple[str, int]]:
    """Return what the units of ``rows`` are about, and its key, where it belongs to somebody with a role."""
    models: dict[str, tuple[type[Model], str]] = {
        "person": (User, "role"),
        "mentor": (MentorProfile, "user__role"),
        "step": (Profile, "user__role"),
    }
    found: set[tuple[str, int]] = set()
    for what, (model, role) in models.items():
        ids = [unit["id"] for row in rows for unit in row.undo if unit["what"] == what]
        theirs = model._default_manager.filter(pk__in=ids).exclude(**{role: ""})
        found.update((what, pk) for pk in theirs.values_list("pk", flat=True))
    return found


def _take_out(undo: Sequence[Unit], other: ImportRow) -> None:
    """Have the undo of a later row go back behind the values of a row that is undone before."""
    earlier = {(unit["what"], unit["id"]): unit for unit in undo if not unit["created"]}
    for unit in other.undo:
        if (mine := earlier.get((unit["what"], unit["id"]))) and not unit["created"]:
            for name, value in unit["before"].items():
                if name in mine["after"] and mine["after"][name] == value:
                    unit["before"][name] = mine["before"][name]
    other.save(update_fields=["undo"])


def _lock(by_thing: Mapping[str, Pairs]) -> None:
    """Lock all rows in the common order."""
    ids = {what: [unit["id"] for unit, _kept in by_thing[what]] for what in UNDO}
    _locked(HelpRequest, pk__in=ids["request"])
    _locked(Goal, pk__in=ids["goal"])
    _locked(Profile, Q(pk__in=ids["step"]) | Q(user__in=ids["person"]))
    _locked(MentorProfile, pk__in=ids["mentor"])
    # A locked account takes no new rows that refer to it, so none comes between the look and the deletion.
    _locked(User, pk__in=ids["person"])


def used_by(model: type[Model], ids: Collection[int]) -> dict[int, list[str]]:
    """Return the names of the things that refer to rows of ``model``, by their keys."""
    found: dict[int, list[str]] = defaultdict(list)
    for relation in get_candidate_relations_to_delete(model._meta):
        key: Any = relation.field  # type: ignore[attr-defined]
        other = key.model
        # Without a constraint it is a record about the row, which stays when the row is gone. An unmanaged model shows
        # such records.
        has_table = other._meta.concrete_model._meta.managed
        if other._meta.label in PASSIVE or not key.db_constraint or not has_table:
            continue
        using = other._base_manager.filter(**{f"{key.name}__in": ids}).values_list(key.attname, flat=True).distinct()
        for pk in using:
            found[pk].append(str(other._meta.verbose_name))
    return found


def _undo_people(units: Pairs, now: datetime) -> None:
    ids = [unit["id"] for unit, _kept in units]
    users = User.objects.in_bulk(ids)
    profiles = dict(Profile.objects.filter(user__in=ids).values_list("user", "pk"))
    present = states.people(ids)
    new = [unit["id"] for unit, _kept in units if unit["created"]]
    used = used_by(User, new)
    of_profiles = used_by(Profile, [profiles[pk] for pk in new if pk in profiles])
    gone, restored = [], {}
    for unit, kept, state in _with_states(units, present):
        pk, name = unit["id"], unit["name"]
        if not unit["created"]:
            restored[profiles[pk]] = _restorable(unit, state, kept)
            continue
        reasons = ["the person has come in"] if has_come_in(users[pk]) else _touched(unit, state)
        reasons += [f"there is a {other} of theirs" for other in (*used[pk], *of_profiles[profiles[pk]])]
        if reasons:
            kept.append(f"{name} stays: {listed(reasons)}.")
        else:
            gone.append(pk)
    update_profiles({pk: changes for pk, changes in restored.items() if changes}, now=now)
    _delete(User, gone)
    _forget(Profile, [profiles[pk] for pk in gone])


def _undo_mentors(units: Pairs, now: datetime) -> None:
    ids = [unit["id"] for unit, _kept in units]
    present = states.mentors(ids)
    used = used_by(MentorProfile, [unit["id"] for unit, _kept in units if unit["created"]])
    gone, restored = [], {}
    for unit, kept, state in _with_states(units, present):
        if not unit["created"]:
            restored[unit["id"]] = _with_kinds(_restorable(unit, state, kept))
            continue
        reasons = _touched(unit, state) + [f"there is a {other} of theirs" for other in used[unit["id"]]]
        if reasons:
            kept.append(f"{unit['name']} stays a mentor: {listed(reasons)}.")
        else:
            gone.append(unit["id"])
    update_offers({pk: changes for pk, changes in restored.items() if changes})
    _delete(MentorProfile, gone)


def _undo_steps(units: Pairs, now: datetime) -> None:
    """Undo positions. Each is found by what it says: a person who saves the career writes all its rows anew."""
    profiles = set(Profile.objects.filter(pk__in=[unit["id"] for unit, _kept in units]).values_list("pk", flat=True))
    stored: dict[int, list[CareerStep]] = defaultdict(list)
    for step in CareerStep.objects.filter(profile__in=profiles).order_by("pk"):
        stored[step.profile_id].append(step)
    gone = []
    for unit, kept in units:
        same = [step for step in stored[unit["id"]] if _state_of(step) == unit["after"]]
        if not same:
            if unit["id"] in profiles:
                role = unit["after"]["role"]
                kept.append(f"The position “{role}” of {unit['name']} stays as it is: it was changed or removed since.")
        elif unit["before"]:
            _write(same[0], unit["before"])
        else:
            gone.append(same[0].pk)
            stored[unit["id"]].remove(same[0])
    _delete(CareerStep, gone)


def _requests_for(ids: Collection[int]) -> dict[int, list[str]]:
    """Return "request for it" for each place as a mentee of a cohort whose person has a current request for it."""
    asked = HelpRequest.objects.filter(cohort=OuterRef("cohort"), mentee=OuterRef("person"), status__in=CURRENT)
    places = CohortMember.objects.filter(Exists(asked), pk__in=ids, side=CohortMember.Side.MENTEE)
    return {pk: ["request for the cohort"] for pk in places.values_list("pk", flat=True)}


def _skip_messages_about(ids: Collection[int]) -> None:
    places = CohortMember.objects.filter(pk__in=ids).select_related("cohort", "person").order_by("pk")
    skip_added(places)


def _no_other_uses(ids: Collection[int]) -> dict[int, list[str]]:
    return {}


def _undo_rows_of(
    model: type[Model],
    read: Callable[[Collection[int]], dict[int, State]],
    *,
    uses: Callable[[Collection[int]], dict[int, list[str]]] = _no_other_uses,
    before_deletion: Callable[[Collection[int]], None] = lambda ids: None,
) -> Callable[..., None]:
    """Return a function that undoes rows of a model that belong to themselves only.

    ``uses`` names what is of a row, by its key, and does not point to it. ``before_deletion`` is told which rows go.
    """

    def undo(units: Pairs, now: datetime) -> None:
        ids = [unit["id"] for unit, _kept in units]
        rows = {row.pk: row for row in _locked(model, pk__in=ids)}
        used, more = used_by(model, ids), uses(ids)
        gone = []
        for unit, kept, state in _with_states(units, read(ids)):
            others = [*used[unit["id"]], *more.get(unit["id"], ())]
            reasons = [f"there is a {other} of it" for other in others]
            if unit["created"]:
                reasons += _touched(unit, state)
            what = f"The {model._meta.verbose_name} of {unit['name']}"
            if reasons:
                kept.append(f"{what} stays: {listed(reasons)}.")
            elif unit["created"]:
                gone.append(unit["id"])
            else:
                _write(rows[unit["id"]], _with_kind(_restorable(unit, state, kept)))
        before_deletion(gone)
        _delete(model, gone)

    return undo


UNDO: dict[str, Callable[[Pairs, datetime], None]] = {
    "request": _undo_rows_of(HelpRequest, states.requests),
    "goal": _undo_rows_of(Goal, states.goals),
    "exclusion": _undo_rows_of(Exclusion, states.exclusions),
    "cohort member": _undo_rows_of(
        CohortMember, states.cohort_members, uses=_requests_for, before_deletion=_skip_messages_about
    ),
    "step": _undo_steps,
    "mentor": _undo_mentors,
    "person": _undo_people,
}


def _delete(model: type[Model], ids: Collection[int]) -> None:
    model._default_manager.filter(pk__in=ids).delete()
    _forget(model, ids)


def _forget(model: type[Model], ids: Collection[int]) -> None:
    """Delete the record of rows that are gone, as if they had never been there: it would keep names and addresses."""
    if record := record_of(model):
        record.events.objects.filter(pgh_obj_id__in=ids).delete()


def _locked(model: type[Model], *conditions: Q, **more: Any) -> list[Any]:
    rows = model._default_manager.select_for_update(of=("self",)).filter(*conditions, **more)
    return list(rows.order_by("pk"))


def _with_states(units: Pairs, present: dict[int, State]) -> Iterator[tuple[Unit, list[str], State]]:
    """Yield the units whose rows are still there. The others are undone already."""
    for unit, kept in units:
        if unit["id"] in present:
            yield unit, kept, present[unit["id"]]


def _touched(unit: Unit, state: State) -> list[str]:
    changed = [name for name, value in unit["after"].items() if state.get(name) != value]
    return [f"{_in_words(changed)} changed since"] if changed else []


def _restorable(unit: Unit, state: State, kept: list[str]) -> dict[str, Any]:
    """Return the values before, of the fields that are still as the import left them. Say which are not."""
    touched = [name for name in unit["after"] if state.get(name) != unit["after"][name]]
    if touched:
        kept.append(f"{unit['name']}: {_in_words(touched)} changed since, and stays.")
    return {name: value for name, value in unit["before"].items() if name not in touched}


def _in_words(names: Iterable[str]) -> str:
    return listed(name.removeprefix("is_").replace("_", " ") for name in names)


def _with_kinds(values: dict[str, Any]) -> dict[str, Any]:
    """Return values of a mentor with kinds instead of their codes."""
    for name, model in (("goal_kinds", GoalKind), ("session_kinds", SessionKind)):
        if name in values:
            values[name] = list(model._default_manager.filter(code__in=values[name]))
    return values


def _with_kind(values: dict[str, Any]) -> dict[str, Any]:
    """Return values of a goal or a request with the kind instead of its code."""
    for name, model in (("kind", GoalKind), ("session_kind", SessionKind)):
        if name in values:
            values[name] = model._default_manager.get(code=values[name])
    return values


def _write(row: Model, values: dict[str, Any]) -> None:
    for name, value in values.items():
        setattr(row, name, value)
    row.save()


def _state_of(step: CareerStep) -> State:
    return {name: plain(getattr(step, name)) for name in LIST_FIELDS["career"]}
