"""Criteria on the mentor's road: the same turn lived, the target field, how far ahead the mentor stands."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from matching.engine.columns import UNKNOWN, Floats, Integers, Rows, Shares, best_per_owner
from matching.engine.facts import Goal, Level, Need
from matching.engine.standing import own_fields, own_level
from matching.engine.table import TURN_VALUES, MentorTable, turn_key
from matching.engine.transitions import LATER_THAN_ANY_YEAR, Transition, transitions
from matching.engine.words import plain

# What was done this long ago counts for its kind and place, no longer for being recent.
MEMORY_YEARS = 20

# Standing where the mentee wants to be, without the turn itself: never as much as the turn (PathParts.kind).
STANDS_IN_FIELD, HELD_ROLE, STANDS_IN_MARKET = 4, 3, 1  # of STANDING_WHOLE
STANDING_WHOLE = 20
MOST_STANDING = np.float32((STANDS_IN_FIELD + HELD_ROLE + STANDS_IN_MARKET) / STANDING_WHOLE)

NOW_IN_FIELD, ONCE_IN_FIELD, IN_MENTEES_FIELD = 100, 60, 30  # of FIELD_WHOLE
FIELD_WHOLE = 100

# By levels ahead of the mentee: behind, level, one, two, three, four, five or more.
AHEAD = np.array([0.1, 0.4, 1.0, 1.0, 1.0, 0.7, 0.5], dtype=np.float32)
BELOW_GOAL = 0.6


@dataclass(frozen=True, slots=True)
class PathParts:
    """How much each part of a lived turn counts, of 200. Parts that the need does not state are left out."""

    kind: int = 100
    target_field: int = 24
    own_field: int = 20
    sector: int = 10
    market: int = 26

    @property
    def recency(self) -> int:
        """One for each of the last MEMORY_YEARS (20), so that whole numbers are enough."""
        return MEMORY_YEARS


TURN = PathParts()
# Nearly everybody has found a job, so that alone says little; where it was found says more.
FOUND_A_JOB = PathParts(kind=30, target_field=60, own_field=20, sector=20, market=50)


def path(need: Need, table: MentorTable, rows: Rows) -> Floats:
    """The best turn of the goal's kind that the mentor lived, or else standing where the mentee wants to be.

    A turn counts for its kind first, then for leading into the target field, sector and country, for starting
    in the mentee's own field, and for being recent (linear over 20 years). Stated by a career.
    """
    positions, owners = table.turns.positions(rows)
    best = best_per_owner(_turn_credit(need, table, positions), owners, rows.size)
    behind = np.flatnonzero(best < MOST_STANDING)
    best[behind] = np.maximum(best[behind], _standing_credit(need.goal, table, rows[behind]))
    return best


def most_path_of_all(need: Need, table: MentorTable) -> Shares:
    """Return what ``path`` is at most, from less reading: as if the best of all the mentor's turns were in one."""
    kind, parts = need.goal.kind, _parts(need)
    counted = parts.of_turn(table.lived_in.of(kind))
    for part, wanted, column in parts.matched:
        keys = [turn_key(kind, column, words) for words in wanted]
        if len(keys) == 1:
            table.turned.add_to(counted, part, keys[0])
        else:
            # One turn comes from one field, however many are wanted.
            matched = np.zeros_like(counted)
            for key in keys:
                matched[table.turned.rows(key)] = part
            counted += matched
    np.maximum(counted, _most_standing(need.goal, table, parts.possible), out=counted)
    return Shares(counted.view(np.uint16), parts.possible)


def _most_standing(goal: Goal, table: MentorTable, whole: int) -> NDArray[np.int16]:
    """Return what standing where the mentee wants to be counts at most, in parts of ``whole``, rounded up."""

    def of_whole(counted: int) -> np.int16:
        return np.int16(-(-counted * whole // STANDING_WHOLE))

    market = STANDS_IN_MARKET if goal.country else 0
    standing = np.zeros(len(table), dtype=np.int16)
    if goal.field:
        standing[table.in_field.rows(plain(goal.field))] = of_whole(STANDS_IN_FIELD + market)
    if goal.role:
        held = table.held.rows(plain(goal.role))
        standing[held] = np.maximum(standing[held], of_whole(market)) + of_whole(HELD_ROLE)
    return standing


def best_transition(need: Need, table: MentorTable, row: int) -> Transition | None:
    """Return the turn of the goal's kind that counts most in ``path``, the first of equals, if any."""
    turns = transitions(table.mentor(row).career)
    if all(turn.kind != need.goal.kind for turn in turns):
        return None
    positions, _ = table.turns.positions(np.array([row]))
    return turns[int(np.argmax(_turn_credit(need, table, positions)))]


def _turn_credit(need: Need, table: MentorTable, positions: Integers) -> Floats:
    """Return the credit of the transitions at ``positions``, in [0, 1], shape (len(positions),); 0 for another kind."""
    values = dict(zip(TURN_VALUES, table.turns.flat.take(positions, axis=0).T, strict=True))
    parts = _parts(need)
    counted = parts.of_turn(values["year"].astype(np.int16))
    codes = {"field": table.fields, "from_field": table.fields, "sector": table.sectors, "country": table.countries}
    for part, wanted, column in parts.matched:
        for words in wanted:
            counted += np.int16(part) * (values[column] == codes[column].of(words))
    counted *= values["kind"] == table.kinds.get(need.goal.kind, UNKNOWN)
    return counted.astype(np.float32) / np.float32(parts.possible)


@dataclass(frozen=True, slots=True)
class _Parts:
    """What the parts of a turn count for a need, those that it states.

    ``matched`` holds the worth of a part, the words wanted and where they are; ``possible`` is what all count together.
    """

    kind: int
    year: int
    matched: tuple[tuple[int, Collection[str], str], ...]
    possible: int

    def of_turn(self, years: NDArray[np.int16]) -> NDArray[np.int16]:
        """Return what turns of the kind count for it and for being recent, by their ``years``; 0 in year 0."""
        forgotten, kind = np.int16(self.year - MEMORY_YEARS), np.int16(self.kind)
        counted: NDArray[np.int16] = years.clip(forgotten, np.int16(self.year))
        counted -= forgotten
        # Every year is above ``kind``, so this adds ``kind`` for each turn and nothing for none.
        counted += years.clip(np.int16(0), kind)
        return counted


def _parts(need: Need) -> _Parts:
    return _parts_of(need.goal, own_fields(need), need.year)


@lru_cache(maxsize=64)
def _parts_of(goal: Goal, own: frozenset[str], year: int) -> _Parts:
    parts = FOUND_A_JOB if goal.kind == "job_search" else TURN
    matched = tuple(
        (part, wanted, column)
        for part, wanted, column in (
            (parts.target_field, {goal.field}, "field"),
            (parts.own_field, own, "from_field"),
            (parts.sector, {goal.sector}, "sector"),
            (parts.market, {goal.country}, "country"),
        )
        if any(wanted)
    )
    possible = parts.kind + parts.recency + sum(part for part, _, _ in matched)
    return _Parts(parts.kind, year, matched, possible)


def _standing_credit(goal: Goal, table: MentorTable, rows: Rows) -> Floats:
    positions, owners = table.steps.positions(rows)
    role, field, country, _, _ = table.steps.flat.take(positions, axis=0).T
    counted = np.zeros(positions.size, dtype=np.int16)
    if goal.field:
        counted += np.int16(STANDS_IN_FIELD) * (field == table.fields.of(goal.field))
    if goal.role:
        counted += np.int16(HELD_ROLE) * (role == table.roles.of(goal.role))
    if goal.country:
        # The right country alone is not where the mentee wants to be.
        in_market = country == table.countries.of(goal.country)
        counted += np.int16(STANDS_IN_MARKET) * (in_market & (counted > 0))
    return best_per_owner(counted.astype(np.float32) / np.float32(STANDING_WHOLE), owners, rows.size)


def field(need: Need, table: MentorTable, rows: Rows) -> Floats:
    """The target field: 1 now, .6 fading over 20 years if earlier; the mentee's own field, at any time: .3.

    A goal without a field is taken to stay in the mentee's own. Stated by a career, if the need states any field.
    """
    return field_of_all(need, table).of(rows)


def field_of_all(need: Need, table: MentorTable) -> Shares:
    """Return ``field`` of everybody."""
    own = own_fields(need)
    target = _target_fields(need)
    best = np.zeros(len(table), dtype=np.uint8)
    for name in own - target:
        best[table.in_field.rows(name)] = IN_MENTEES_FIELD
    for name in target:
        by_end = _worth_by_end(need.year, least=IN_MENTEES_FIELD if name in own else 0)
        there, end = table.in_field.rows(name), table.in_field.numbers(name)
        best[there] = np.maximum(best[there], by_end.take(end))
    return Shares(best, FIELD_WHOLE)


@lru_cache(maxsize=8)
def _worth_by_end(year: int, *, least: int) -> NDArray[np.uint8]:
    """Return what a step in the target field counts, ``least`` at least, by the year in which it ended."""
    ago = year - np.arange(LATER_THAN_ANY_YEAR + 1)
    worth = (ONCE_IN_FIELD * (MEMORY_YEARS - np.clip(ago, 0, MEMORY_YEARS)) // MEMORY_YEARS).astype(np.uint8)
    worth[year:] = NOW_IN_FIELD
    worth = np.maximum(worth, np.uint8(least))
    worth.setflags(write=False)
    return worth


def names_field(need: Need) -> bool:
    """Whether the need says in which field help is wanted."""
    return bool(_target_fields(need))


def _target_fields(need: Need) -> frozenset[str]:
    return frozenset({plain(need.goal.field)}) if need.goal.field else own_fields(need)


def steps_ahead(need: Need, table: MentorTable, rows: Rows) -> Floats:
    """Levels between the two: one to three ahead is best; below the goal's own level, .6 of the value.

    Stated by a career, if the mentee's level is known. Rising further than three levels above the mentee lowers
    it: distance is what it measures, not merit.
    """
    mentee = own_level(need)
    if mentee is None:
        return np.zeros(rows.size, dtype=np.float32)
    return _worth_by_standing(mentee, need.goal.level).take(table.standing(need.year)[rows])


@lru_cache(maxsize=128)
def _worth_by_standing(mentee: Level, goal: Level | None) -> Floats:
    """Return what each entry of ``MentorTable.standing`` counts."""
    levels = np.arange(len(Level))
    worth = AHEAD[np.clip(levels - mentee, -1, AHEAD.size - 2) + 1]
    if goal is not None:
        worth = np.where(levels < goal, worth * np.float32(BELOW_GOAL), worth)
    worth = np.concatenate([np.zeros(1, dtype=np.float32), worth])
    worth.setflags(write=False)
    return worth
