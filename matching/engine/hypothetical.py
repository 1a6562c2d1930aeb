"""Mentors who do not exist: a mentor after a change, or one who could be recruited, judged beside those who do."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from matching.engine.facts import Need, Sentences
from matching.engine.rules import eligible, violations
from matching.engine.score import UNREAD, fit, floors, weights_of
from matching.engine.table import MentorTable


def hypothetical_scores(
    need: Need, candidates: MentorTable, table: MentorTable, sentences: Mapping[int, Sentences] = UNREAD
) -> NDArray[np.float64]:
    """Return the fit of each of ``candidates`` to ``need``, shape (len(candidates),), NaN if a rule excludes them.

    Missing data counts as among the mentors of ``table``: the candidates do not change the population means.
    ``sentences`` as in ``fit``, by the ids of candidates. An id must not be that of a mentor whom the need names.
    """
    rows = eligible(violations(need, candidates))
    scores = np.full(len(candidates), np.nan, dtype=np.float64)
    if not rows.size:
        return scores
    weights = weights_of(need)
    scores[rows] = fit(need, candidates, rows, weights, sentences, lowest=floors(need, table, weights)).score
    return scores
