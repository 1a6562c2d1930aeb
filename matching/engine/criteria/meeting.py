"""Criteria on how well the two can meet: comfort in a shared language, and time in the week."""

from __future__ import annotations

import numpy as np

from matching.engine.columns import Floats, Rows
from matching.engine.common_ground import shared_level, shared_minutes
from matching.engine.facts import Need
from matching.engine.table import MentorTable

# By level of Speaks: not at all, basic, working, fluent, native.
COMFORT = np.array([0.0, 0.0, 0.4, 0.8, 1.0], dtype=np.float32)

# A week with this much in common makes finding a time easy; more does not make it easier.
COMFORTABLE_MINUTES = 6 * 60


def language(need: Need, table: MentorTable, rows: Rows) -> Floats:
    """Comfort in the best shared language, by the lower of both levels. Never NaN: languages are required."""
    return COMFORT[shared_level(need, table, rows)]


def availability(need: Need, table: MentorTable, rows: Rows) -> Floats:
    """Time in common: log(1 + hours a week) / log(1 + 6), at most 1. NaN if either side states no hours."""
    if need.hours is None:
        return np.full(rows.size, np.nan, dtype=np.float32)
    minutes = np.minimum(shared_minutes(need.hours, table, rows), COMFORTABLE_MINUTES)
    value = np.log1p(minutes.astype(np.float32) / np.float32(60.0)) / np.log1p(np.float32(COMFORTABLE_MINUTES / 60))
    return np.where(table.hours_stated[rows], np.minimum(value, np.float32(1.0)), np.float32(np.nan))
