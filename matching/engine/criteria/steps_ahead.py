"""Criterion ``steps_ahead``: career levels between mentor and mentee."""

from __future__ import annotations

import numpy as np

from matching.engine.columns import Floats, Integers, Rows, best_per_owner
from matching.engine.facts import Level, Need
from matching.engine.standing import own_level
from matching.engine.table import MentorTable

# By levels ahead of the mentee: below, equal, one, two, three, four, five or more.
AHEAD = np.array([0.1, 0.4, 1.0, 1.0, 1.0, 0.7, 0.5], dtype=np.float32)
BELOW_GOAL = 0.6


def evidence(need: Need, table: MentorTable, rows: Rows) -> Floats:
    """Return a value by levels ahead, AHEAD: one to three are best. Below the goal's own level it is times .6.

    Stated by a career, if the mentee's level is known. A mentor who rises further than three levels above the mentee
    loses: the criterion measures distance, not merit.
    """
    mentee = own_level(need)
    if mentee is None:
        return np.zeros(rows.size, dtype=np.float32)
    by_level = AHEAD[np.clip(np.arange(len(Level)) - mentee, -1, AHEAD.size - 2) + 1]
    if need.goal.level is not None:
        by_level[: need.goal.level] *= np.float32(BELOW_GOAL)
    by_standing = np.concatenate([np.zeros(1, dtype=np.float32), by_level])
    return by_standing[_standing(table, rows, need.year)]


def _standing(table: MentorTable, rows: Rows, year: int) -> Integers:
    """Return 1 more than ``standing_level`` in ``year`` of each mentor in ``rows``; 0 without a career."""
    steps, owners = table.steps.records(rows)
    levels = (steps["level"] + 1).astype(np.float32)
    current = best_per_owner(levels * (steps["end"] >= year), owners, rows.size)
    highest = best_per_owner(levels, owners, rows.size)
    return np.where(current > 0, current, highest).astype(np.intp)
