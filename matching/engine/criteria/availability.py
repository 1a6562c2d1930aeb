"""Criterion ``availability``: hours of the week that both have free."""

from __future__ import annotations

import numpy as np

from matching.engine.columns import Floats, Rows
from matching.engine.common_ground import MINUTES_PER_BIT, shared_quarters
from matching.engine.facts import Need
from matching.engine.table import MentorTable

# With six shared hours a time is easily found. More make it no easier.
COMFORTABLE_MINUTES = 6 * 60
ENOUGH_QUARTERS = COMFORTABLE_MINUTES // MINUTES_PER_BIT
COMFORT_BY_QUARTERS = (
    np.log1p(np.arange(ENOUGH_QUARTERS + 1) * MINUTES_PER_BIT / 60) / np.log1p(COMFORTABLE_MINUTES / 60)
).astype(np.float32)


def evidence(need: Need, table: MentorTable, rows: Rows) -> Floats:
    """Return log(1 + shared hours a week) / log(1 + 6), at most 1. Stated if both sides state hours."""
    if need.hours is None:
        return np.zeros(rows.size, dtype=np.float32)
    quarters = np.minimum(shared_quarters(need.hours, table, rows), ENOUGH_QUARTERS)
    comfort: Floats = COMFORT_BY_QUARTERS[quarters]
    return comfort
