"""Criterion ``goal``: help with this kind of goal."""

from __future__ import annotations

import numpy as np

from matching.engine.columns import Floats, Rows
from matching.engine.facts import Need
from matching.engine.table import MentorTable


def evidence(need: Need, table: MentorTable, rows: Rows) -> Floats:
    """Return 1 if the kind is offered. Always stated: offering nothing is an answer."""
    return table.goals.of(need.goal.kind)[rows].astype(np.float32)
