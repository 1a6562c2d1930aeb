"""Criteria on the mentor's road: the same turn lived, the target field, how far ahead the mentor stands."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matching.engine.columns import Floats, Integers, Rows, best_per_row
from matching.engine.facts import Goal, Need
from matching.engine.standing import own_fields, own_level
from matching.engine.table import MentorTable
from matching.engine.transitions import Transition, transitions

# What was done this long ago counts for its kind and place, no longer for being recent.
MEMORY_YEARS = 20

# Standing where the mentee wants to be, without the turn itself: never as much as the turn (PathParts.kind).
STANDS_IN_FIELD, HELD_ROLE, STANDS_IN_MARKET = 0.20, 0.15, 0.05

NOW_IN_FIELD, ONCE_IN_FIELD, IN_MENTEES_FIELD = 1.0, 0.6, 0.3

# By levels ahead of the mentee: behind, level, one, two, three, four, five or more.
AHEAD = np.array([0.1, 0.4, 1.0, 1.0, 1.0, 0.7, 0.5], dtype=np.float32)
BELOW_GOAL = 0.6


@dataclass(frozen=True, slots=True)
class PathParts:
    """How much each part of a lived turn counts. Parts that the need does not state are left out."""

    kind: float = 0.50
    target_field: float = 0.12
    own_field: float = 0.10
    sector: float = 0.05
    market: float = 0.13
    recency: float = 0.10


TURN = PathParts()
# Nearly everybody has found a job, so that alone says little; where it was found says more.
FOUND_A_JOB = PathParts(kind=0.15, target_field=0.30, own_field=0.10, sector=0.10, market=0.25, recency=0.10)


def path(need: Need, table: MentorTable, rows: Rows) -> Floats:
    """The best turn of the goal's kind that the mentor lived, or else standing where the mentee wants to be.

    A turn counts for its kind first, then for leading into the target field, sector and country, for starting
    in the mentee's own field, and for being recent (linear over 20 years). NaN without a career.
    """
    turns = table.transitions
    lived = turns.of_kind.get(need.goal.kind, np.empty(0, dtype=np.int32))
    best = best_per_row(_turn_credit(need, table, lived), turns.row[lived], len(table))
    best = np.maximum(best, _standing_credit(need.goal, table))
    best[~table.has_career] = np.nan
    return best[rows]


def best_transition(need: Need, table: MentorTable, row: int) -> Transition | None:
    """Return the turn of the goal's kind that counts most in ``path``, the first of equals, if any."""
    turns = transitions(table.mentors[row].career)
    lived = [index for index, turn in enumerate(turns) if turn.kind == need.goal.kind]
    if not lived:
        return None
    positions = table.transitions.first[row] + np.array(lived, dtype=np.int32)
    return turns[lived[int(np.argmax(_turn_credit(need, table, positions)))]]


def _turn_credit(need: Need, table: MentorTable, positions: Integers) -> Floats:
    """Return the credit of the transitions at ``positions``, in [0, 1], shape (len(positions),)."""
    turns, goal = table.transitions, need.goal
    parts = FOUND_A_JOB if goal.kind == "job_search" else TURN
    years_ago = np.clip(need.year - turns.year[positions], 0, MEMORY_YEARS).astype(np.float32)
    credit = np.float32(parts.kind) + np.float32(parts.recency) * (1 - years_ago / np.float32(MEMORY_YEARS))
    possible = parts.kind + parts.recency
    for part, wanted, codes, column in (
        (parts.target_field, {goal.field}, table.fields, turns.field),
        (parts.own_field, own_fields(need), table.fields, turns.from_field),
        (parts.sector, {goal.sector}, table.sectors, turns.sector),
        (parts.market, {goal.country}, table.countries, turns.country),
    ):
        if any(wanted):
            credit += np.float32(part) * codes.marks(wanted)[column[positions]]
            possible += part
    return _at_most_one(credit / np.float32(possible))


def _at_most_one(values: Floats) -> Floats:
    """Return ``values`` without what rounding carried past 1."""
    return np.minimum(values, np.float32(1.0), dtype=np.float32)


def _standing_credit(goal: Goal, table: MentorTable) -> Floats:
    steps = table.steps
    credit = np.zeros(steps.row.size, dtype=np.float32)
    if goal.field:
        credit += np.float32(STANDS_IN_FIELD) * (steps.field == table.fields.of(goal.field))
    if goal.role:
        credit += np.float32(HELD_ROLE) * (steps.role == table.roles.of(goal.role))
    if goal.country:
        # The right country alone is not where the mentee wants to be.
        in_market = steps.country == table.countries.of(goal.country)
        credit += np.float32(STANDS_IN_MARKET) * (in_market & (credit > 0))
    return best_per_row(credit, steps.row, len(table))


def field(need: Need, table: MentorTable, rows: Rows) -> Floats:
    """The target field: 1 now, .6 fading over 20 years if earlier; the mentee's own field, at any time: .3.

    A goal without a field is taken to stay in the mentee's own. NaN without a career, and for everybody if
    the need states no field at all.
    """
    own = own_fields(need)
    target = {need.goal.field} if need.goal.field else own
    if not target:
        return np.full(rows.size, np.nan, dtype=np.float32)
    steps = table.steps
    years_since = np.clip(need.year - steps.end, 0, MEMORY_YEARS).astype(np.float32)
    earlier = np.float32(ONCE_IN_FIELD) * (1 - years_since / np.float32(MEMORY_YEARS))
    value = np.where(steps.end >= need.year, np.float32(NOW_IN_FIELD), earlier)
    value *= table.fields.marks(target)[steps.field]
    value = np.maximum(value, np.float32(IN_MENTEES_FIELD) * table.fields.marks(own)[steps.field])
    best = best_per_row(value, steps.row, len(table))
    best[~table.has_career] = np.nan
    return best[rows]


def steps_ahead(need: Need, table: MentorTable, rows: Rows) -> Floats:
    """Levels between the two: one to three ahead is best; below the goal's own level, .6 of the value.

    NaN without a career, and for everybody if the mentee's level is not known. Rising further than three
    levels above the mentee lowers it: distance is what it measures, not merit.
    """
    mentee = own_level(need)
    if mentee is None:
        return np.full(rows.size, np.nan, dtype=np.float32)
    level = _standing_levels(table, need.year)
    value = AHEAD[np.clip(level - mentee, -1, AHEAD.size - 2) + 1]
    if need.goal.level is not None:
        value = np.where(level < need.goal.level, value * np.float32(BELOW_GOAL), value)
    value[~table.has_career] = np.nan
    return value[rows]


def _standing_levels(table: MentorTable, year: int) -> Integers:
    """``standing.standing_level`` for the whole table, shape (M,); 0 without a career."""
    steps = table.steps
    ranks = (steps.level + 1).astype(np.float32)  # 0 must stay free for "no such step"
    now = best_per_row(ranks * (steps.end >= year), steps.row, len(table))
    ever = best_per_row(ranks, steps.row, len(table))
    standing = np.where(now > 0, now, ever)
    levels: Integers = np.maximum(standing - 1, 0).astype(np.int32)
    return levels
