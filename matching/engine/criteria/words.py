"""The criterion on what both wrote, compared by meaning."""

from __future__ import annotations

import numpy as np

from matching.engine.columns import Floats, Ragged, Rows
from matching.engine.facts import Need
from matching.engine.table import MentorTable

# Cosines of unrelated texts lie about the first, of texts on one thing above the sum (measured with MiniLM).
UNRELATED, RANGE = np.float32(0.10), np.float32(0.60)
BEST = 3
# Mentors at a time, so that the copies of their vectors stay small.
CHUNK = 2048


def text(need: Need, table: MentorTable, rows: Rows) -> Floats:
    """How close the request's text is to the mentor's: the mean of the three best cosines, scaled from .10 to .70.

    A mentor with fewer than three texts has unrelated ones in their place, so that a further text never lowers
    it. Stated by a mentor's texts, if the request has one.
    """
    value = np.zeros(rows.size, dtype=np.float32)
    if need.text is None or table.vectors is None:
        return value
    for start in range(0, rows.size, CHUNK):
        value[start : start + CHUNK] = _closeness(need.text, table.vectors, rows[start : start + CHUNK])
    return value


def _closeness(text: Floats, vectors: Ragged[np.float32], rows: Rows) -> Floats:
    positions, owners = vectors.positions(rows)
    if not positions.size:
        return np.zeros(rows.size, dtype=np.float32)
    # Unlike a matrix product, this gives each row the same value whatever other rows stand beside it.
    cosines = np.vecdot(vectors.flat.take(positions, axis=0), text)
    counts = np.bincount(owners, minlength=rows.size)
    place = np.arange(owners.size) - (np.cumsum(counts) - counts)[owners]
    best = np.full((rows.size, max(BEST, counts.max())), UNRELATED, dtype=np.float32)
    best[owners, place] = np.maximum(cosines, UNRELATED)
    best = -np.sort(-best, axis=1)
    value: Floats = np.clip(((best[:, 0] + best[:, 1] + best[:, 2]) / np.float32(BEST) - UNRELATED) / RANGE, 0, 1)
    return value
