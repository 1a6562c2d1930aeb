"""The criterion on what both wrote, compared by meaning."""

from __future__ import annotations

import numpy as np

from matching.engine.columns import Floats, Rows
from matching.engine.facts import Need
from matching.engine.table import MentorTable

# Cosines of unrelated texts lie about the first, of texts on one thing above the sum (measured with MiniLM).
UNRELATED, RANGE = np.float32(0.10), np.float32(0.60)
BEST = 3


def text(need: Need, table: MentorTable, rows: Rows) -> Floats:
    """How close the request's text is to the mentor's: the mean of the three best cosines, scaled from .10 to .70.

    A mentor with fewer than three texts has unrelated ones in their place, so that a further text never lowers
    it. NaN for a mentor without texts, and for everybody if the request has none.
    """
    value = np.full(len(table), np.nan, dtype=np.float32)
    if need.text is None or not table.vectors.size:
        return value[rows]
    cosines = table.vectors @ need.text.astype(np.float32)
    best = np.full((len(table), BEST), UNRELATED, dtype=np.float32)
    owners = table.vector_row
    # By mentor, then from the best down; the first three of each mentor are kept.
    order = np.lexsort((-cosines, owners))
    place = np.arange(order.size) - np.searchsorted(owners[order], owners[order])
    kept = order[place < BEST]
    best[owners[kept], place[place < BEST]] = np.maximum(cosines[kept], UNRELATED)
    stated = np.unique(owners)
    value[stated] = np.clip((best[stated].mean(axis=1) - UNRELATED) / RANGE, 0, 1)
    return value[rows]
