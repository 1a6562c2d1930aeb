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
    it. NaN for a mentor without texts, and for everybody if the request has none.
    """
    value = np.full(rows.size, np.nan, dtype=np.float32)
    if need.text is None or table.vectors is None:
        return value
    for start in range(0, rows.size, CHUNK):
        value[start : start + CHUNK] = _closeness(need.text, table.vectors, rows[start : start + CHUNK])
    return value


def _closeness(text: Floats, vectors: Ragged, rows: Rows) -> Floats:
    positions, owners = vectors.positions(rows)
    if not positions.size:
        return np.full(rows.size, np.nan, dtype=np.float32)
    # Unlike a matrix product, einsum gives each row the same value whatever other rows stand beside it.
    cosines = np.einsum("ij,j->i", vectors["vector"][positions], text)
    counts = np.bincount(owners, minlength=rows.size)
    place = np.arange(owners.size) - (np.cumsum(counts) - counts)[owners]
    best = np.full((rows.size, max(BEST, counts.max())), UNRELATED, dtype=np.float32)
    best[owners, place] = np.maximum(cosines, UNRELATED)
    best = -np.sort(-best, axis=1)
    value: Floats = np.clip(((best[:, 0] + best[:, 1] + best[:, 2]) / np.float32(BEST) - UNRELATED) / RANGE, 0, 1)
    value[counts == 0] = np.nan
    return value
