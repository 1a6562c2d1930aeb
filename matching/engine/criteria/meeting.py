"""Criteria on how well the two can meet: comfort in a shared language, and time in the week."""

from __future__ import annotations

import numpy as np

from matching.engine.columns import Floats, Rows
from matching.engine.common_ground import MINUTES_PER_BIT, shared_level, shared_quarters
from matching.engine.facts import Need
from matching.engine.table import MentorTable

# By level of Speaks: not at all, basic, working, fluent, native.
COMFORT = np.array([0.0, 0.0, 0.4, 0.8, 1.0], dtype=np.float32)

# A week with this much in common makes finding a time easy; more does not make it easier.
COMFORTABLE_MINUTES = 6 * 60
ENOUGH_QUARTERS = COMFORTABLE_MINUTES // MINUTES_PER_BIT
COMFORT_BY_QUARTERS = (
    np.log1p(np.arange(ENOUGH_QUARTERS + 1) * MINUTES_PER_BIT / 60) / np.log1p(COMFORTABLE_MINUTES / 60)
).astype(np.float32)


def language(need: Need, table: MentorTable, rows: Rows) -> Floats:
    """Comfort in the best shared language, by the lower of both levels. Always stated: languages are required."""
    return COMFORT[shared_level(need, table, rows)]


def availability(need: Need, table: MentorTable, rows: Rows) -> Floats:
    """Time in common: log(1 + hours a week) / log(1 + 6), at most 1. Stated if both sides state hours."""
    if need.hours is None:
        return np.zeros(rows.size, dtype=np.float32)
    quarters = np.minimum(shared_quarters(need.hours, table, rows), ENOUGH_QUARTERS)
    comfort: Floats = COMFORT_BY_QUARTERS.take(quarters)
    return comfort
