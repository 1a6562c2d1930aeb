"""Criterion ``goal``: help with this kind of goal, offered or proved by outcomes."""

from __future__ import annotations

import numpy as np

from matching.engine.columns import Floats, Rows
from matching.engine.facts import Need
from matching.engine.table import MentorTable


def evidence(need: Need, table: MentorTable, rows: Rows) -> Floats:
    """Return 1 if the kind is offered, else the smoothed share of mentees who reached such a goal (``reached_share``).

    Always stated: offering nothing is an answer.
    """
    kind = need.goal.kind
    return np.maximum(table.goals.of(kind)[rows], table.reached.of(kind)[rows])
