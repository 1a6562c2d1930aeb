"""Criterion ``sector``: work in the wanted sector."""

from __future__ import annotations

import numpy as np

from matching.engine.columns import Floats, Rows
from matching.engine.facts import Need
from matching.engine.table import MentorTable


def evidence(need: Need, table: MentorTable, rows: Rows) -> Floats:
    """Return 1 for a career step in the goal's sector. Stated by a career, if the goal names a sector."""
    if not need.goal.sector:
        return np.zeros(rows.size, dtype=np.float32)
    return table.worked_for.of(need.goal.sector)[rows].astype(np.float32)
