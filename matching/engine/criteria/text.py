"""Criterion ``text``: the whole request and the whole profile, compared by meaning."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from matching.engine.columns import Floats, Rows
from matching.engine.facts import Need
from matching.engine.fitted import FITTED, Scale
from matching.engine.table import MentorTable

# Mentors per batch, so that the copies of their vectors stay small.
BATCH = 2048


def evidence(need: Need, table: MentorTable, rows: Rows) -> Floats:
    """Return the cosine of both texts, from the lower to the upper end of its scale as 0 to 1.

    Stated by a mentor's text, if the request has one.
    """
    return scaled(cosines(need.text, table, rows), FITTED.scales["text"])


def cosines(vector: NDArray[np.float32] | None, table: MentorTable, rows: Rows) -> Floats:
    """Return the cosine of ``vector`` with each profile, shape (len(rows),); 0 where there is no text."""
    found = np.zeros(rows.size, dtype=np.float32)
    if vector is None or table.texts is None:
        return found
    for start in range(0, rows.size, BATCH):
        # A matrix product could round the same row differently beside other rows.
        found[start : start + BATCH] = np.vecdot(table.texts[rows[start : start + BATCH]], vector)
    return found


def scaled(values: Floats, scale: Scale) -> Floats:
    """Return ``values`` as shares of the way from the lower to the upper end of ``scale``, in [0, 1]."""
    width = np.float32(scale.upper - scale.lower)
    share: Floats = np.clip((values - np.float32(scale.lower)) / width, 0, 1)
    return share
