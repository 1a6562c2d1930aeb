"""Criterion ``text``: the texts of both sides, compared by meaning."""

from __future__ import annotations

import numpy as np

from matching.engine.columns import Floats, Ragged, Rows
from matching.engine.facts import Need
from matching.engine.table import MentorTable

# Cosines of unrelated texts are about UNRELATED, of texts on one subject above the sum (measured with MiniLM).
UNRELATED, RANGE = np.float32(0.10), np.float32(0.60)
TEXTS_COUNTED = 3
# Mentors per batch, so that the copies of their vectors stay small.
BATCH = 2048


def evidence(need: Need, table: MentorTable, rows: Rows) -> Floats:
    """Return the mean of the mentor's three best cosines with the request's text, scaled from [.10, .70] to [0, 1].

    Missing texts count as unrelated ones, so that a further text never lowers the mean. Stated by a mentor's texts, if
    the request has a text.
    """
    value = np.zeros(rows.size, dtype=np.float32)
    if need.text is None or table.vectors is None:
        return value
    for start in range(0, rows.size, BATCH):
        value[start : start + BATCH] = _similarity(need.text, table.vectors, rows[start : start + BATCH])
    return value


def _similarity(text: Floats, vectors: Ragged[np.float32], rows: Rows) -> Floats:
    theirs, owners = vectors.records(rows)
    if not owners.size:
        return np.zeros(rows.size, dtype=np.float32)
    # A matrix product could round the same row differently beside other rows.
    cosines = np.vecdot(theirs, text)
    counts = np.bincount(owners, minlength=rows.size)
    place = np.arange(owners.size) - (np.cumsum(counts) - counts)[owners]
    best = np.full((rows.size, max(TEXTS_COUNTED, counts.max())), UNRELATED, dtype=np.float32)
    best[owners, place] = np.maximum(cosines, UNRELATED)
    best = -np.sort(-best, axis=1)
    mean = (best[:, 0] + best[:, 1] + best[:, 2]) / np.float32(TEXTS_COUNTED)
    value: Floats = np.clip((mean - UNRELATED) / RANGE, 0, 1)
    return value
