"""Criterion ``goal``: help with this kind of goal."""

from __future__ import annotations

import numpy as np

from matching.engine.columns import Floats, Rows
from matching.engine.facts import Need
from matching.engine.table import MentorTable

OFFERS_KIND, OFFERS_SESSION, LIVED_KIND, HAS_HELPED = 0.45, 0.25, 0.20, 0.10
# Every second job was found, so this transition tells less than the rarer ones.
LIVED_FACTORS = {"job_search": 0.5}


def evidence(need: Need, table: MentorTable, rows: Rows) -> Floats:
    """Return .45 if the kind is offered, + .25 if the session kind is, + .20 if lived, + .10 n / (n + 1).

    n is the number of people whom the mentor helped with this kind. Without a session kind in the need, the others
    are divided by .75. Always stated: offering nothing is an answer.
    """
    kind = need.goal.kind
    helped = table.helped.of(kind)[rows].astype(np.float32)
    value: Floats = np.float32(HAS_HELPED) * (helped / (helped + 1))
    value += np.float32(OFFERS_KIND) * table.goals.of(kind)[rows]
    value += np.float32(LIVED_KIND * LIVED_FACTORS.get(kind, 1.0)) * table.lived.of(kind)[rows]
    if need.session_kind:
        value += np.float32(OFFERS_SESSION) * table.session_kinds.of(need.session_kind)[rows]
    else:
        value /= np.float32(1.0 - OFFERS_SESSION)
    # The parts add up to 1 only up to rounding.
    return np.minimum(value, np.float32(1.0))
