"""Criterion ``language``: fluency in the best shared language."""

from __future__ import annotations

import numpy as np

from matching.engine.columns import Floats, Rows
from matching.engine.common_ground import shared_level
from matching.engine.facts import Need
from matching.engine.table import MentorTable

# By level of Speaks: not at all, basic, working, fluent, native.
COMFORT = np.array([0.0, 0.0, 0.4, 0.8, 1.0], dtype=np.float32)


def evidence(need: Need, table: MentorTable, rows: Rows) -> Floats:
    """Return COMFORT of the best shared language, by the lower of the two levels. Always stated."""
    return COMFORT[shared_level(need, table, rows)]
