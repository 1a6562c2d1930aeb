"""Criterion ``market``: work in the wanted country."""

from __future__ import annotations

import numpy as np

from matching.engine.columns import Floats, Rows
from matching.engine.facts import Need
from matching.engine.table import MentorTable


def evidence(need: Need, table: MentorTable, rows: Rows) -> Floats:
    """Return 1 for a career step in the goal's country. Stated by a career, if the goal names a country."""
    if not need.goal.country:
        return np.zeros(rows.size, dtype=np.float32)
    return table.worked_in.of(need.goal.country)[rows].astype(np.float32)
