"""Criterion ``path``: the mentor went through the same career transition, or worked in the wanted position."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.engine.columns import UNKNOWN, Bools, Floats, Integers, Rows, best_per_owner
from matching.engine.facts import Goal, Need
from matching.engine.standing import own_fields
from matching.engine.table import MentorTable
from matching.engine.transitions import Transition, transitions

# A step in the wanted position, without the transition. Together less than the transition itself (PathParts.kind).
IN_FIELD, IN_ROLE, IN_MARKET = 4, 3, 1  # parts of POSITION_WHOLE
POSITION_WHOLE = 20
# A transition this old counts for its kind and place, no longer for being recent.
MEMORY_YEARS = 20

# Records as one array, or as one array for each of their fields.
Records = NDArray[np.void] | Mapping[str, Integers]


@dataclass(frozen=True, slots=True)
class PathParts:
    """Points for each part of a lived transition. Parts that the need does not state are left out of the sum.

    ``recency`` is one point for each year remembered.
    """

    kind: int
    target_field: int
    own_field: int
    sector: int
    market: int
    recency: int = MEMORY_YEARS


ANY_TRANSITION = PathParts(kind=100, target_field=24, own_field=20, sector=10, market=26)
# Nearly everybody has found a job, so the kind alone tells little. The place where it was found tells more.
JOB_SEARCH = PathParts(kind=30, target_field=60, own_field=20, sector=20, market=50)


def evidence(need: Need, table: MentorTable, rows: Rows) -> Floats:
    """Return the best lived transition of the goal's kind, or the best step in the wanted position if that is more.

    A transition counts (kind + recency + the parts that match) / (kind + recency + the parts stated), with points
    from PathParts: target field, sector and country are those it leads into, own field is the one it starts from.
    Recency falls linearly over 20 years. A step counts 4 for the target field, 3 for the role and then 1 for the
    country, of 20. Stated by a career.
    """
    lived, owners = _lived(need, table, rows)
    best_lived = best_per_owner(_transition_credit(need, table, lived), owners, rows.size)
    steps, owners = table.steps.records(rows)
    best_step = best_per_owner(_position_credit(need.goal, table, steps), owners, rows.size)
    return np.maximum(best_lived, best_step)


def best_transition(need: Need, table: MentorTable, row: int) -> Transition | None:
    """Return the transition of the goal's kind that counts most, the first of equals. None if there is none."""
    candidates = [one for one in transitions(table.mentor(row).career) if one.kind == need.goal.kind]
    if not candidates:
        return None
    lived, _ = _lived(need, table, np.array([row]))
    return candidates[int(np.argmax(_transition_credit(need, table, lived)))]


def parts_of(need: Need) -> PathParts:
    """Return the points for a transition of the goal's kind."""
    return JOB_SEARCH if need.goal.kind == "job_search" else ANY_TRANSITION


def _lived(need: Need, table: MentorTable, rows: Rows) -> tuple[NDArray[np.void], Integers]:
    """Return the transitions of the goal's kind in ``rows``, and their indexes into ``rows``, ascending."""
    records, owners = table.transitions.records(rows)
    of_kind = records["kind"] == table.kinds.get(need.goal.kind, UNKNOWN)
    return records[of_kind], owners[of_kind]


def _transition_credit(need: Need, table: MentorTable, lived: NDArray[np.void]) -> Floats:
    """Return the credit in [0, 1] of each transition of the goal's kind, shape (len(lived),)."""
    points, possible = transition_points(need, table, lived)
    credit: Floats = points.astype(np.float32) / np.float32(possible)
    return credit


def transition_points(need: Need, table: MentorTable, lived: Records) -> tuple[Integers, int]:
    """Return the points of each transition of the goal's kind, shape (len(lived),), and the points possible."""
    goal, parts = need.goal, parts_of(need)
    points = parts.kind + np.clip(lived["year"] - (need.year - MEMORY_YEARS), 0, MEMORY_YEARS)
    possible = parts.kind + parts.recency
    for part, words, column, codes in (
        (parts.target_field, {goal.field}, "field", table.fields),
        (parts.own_field, own_fields(need), "from_field", table.fields),
        (parts.sector, {goal.sector}, "sector", table.sectors),
        (parts.market, {goal.country}, "country", table.countries),
    ):
        if any(words):
            points += np.int32(part) * _is_one_of(lived[column], [codes.of(word) for word in words])
            possible += part
    return points, possible


def _is_one_of(values: Integers, codes: Sequence[int]) -> Bools:
    """Return whether each value is one of ``codes``. They are few: comparisons are faster than a search in a set."""
    found: Bools = values == codes[0]
    for code in codes[1:]:
        found |= values == code
    return found


def _position_credit(goal: Goal, table: MentorTable, steps: NDArray[np.void]) -> Floats:
    """Return the credit of each career step for being in the wanted position, shape (len(steps),)."""
    return position_points(goal, table, steps).astype(np.float32) / np.float32(POSITION_WHOLE)


def position_points(goal: Goal, table: MentorTable, steps: Records) -> Integers:
    """Return the points of each career step, of POSITION_WHOLE, for being in the wanted position."""
    points = np.zeros(len(steps["field"]), dtype=np.int32)
    if goal.field:
        points += np.int32(IN_FIELD) * (steps["field"] == table.fields.of(goal.field))
    if goal.role:
        points += np.int32(IN_ROLE) * (steps["role"] == table.roles.of(goal.role))
    if goal.country:
        # The country alone is not the wanted position.
        points += np.int32(IN_MARKET) * ((points > 0) & (steps["country"] == table.countries.of(goal.country)))
    return points
