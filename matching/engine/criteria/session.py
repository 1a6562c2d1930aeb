"""Criterion ``session``: the kind of session that is asked for."""

from __future__ import annotations

import numpy as np

from matching.engine.columns import Floats, Rows
from matching.engine.facts import Need
from matching.engine.table import MentorTable


def evidence(need: Need, table: MentorTable, rows: Rows) -> Floats:
    """Return 1 if the session kind is offered. Always stated: offering nothing is an answer."""
    if not need.session_kind:
        return np.zeros(rows.size, dtype=np.float32)
    return table.session_kinds.of(need.session_kind)[rows].astype(np.float32)
