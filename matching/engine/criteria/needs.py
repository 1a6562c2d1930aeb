"""Criterion ``needs``: the skills asked for that the mentor teaches."""

from __future__ import annotations

import numpy as np

from matching.engine.columns import Floats, Rows
from matching.engine.facts import Need
from matching.engine.table import MentorTable

TEACHES, KNOWS = 1.0, 0.25
# A mentor for deep learning can help with machine learning, and the other way round, but less.
TEACHES_NEAR, KNOWS_NEAR = 0.5, 0.1
# Sums over skills are exact in whole numbers, in this many parts of 1.
PARTS = 20


def evidence(need: Need, table: MentorTable, rows: Rows) -> Floats:
    """Return the mean over the skills asked for: 1 if taught, .25 if only known to the mentor.

    A near skill (``Term.near``) counts .5 if taught, .1 if only known. The best of these four counts.
    Stated by a mentor with skills or topics, if the need names a skill.
    """
    terms = {term.key: term for term in need.needs}
    total = np.zeros(len(table), dtype=np.int32)
    for key, term in terms.items():
        covered = np.zeros_like(total)
        # Ascending, so that the best one overwrites the others.
        for near in term.near:
            covered[table.skills.rows(near)] = round(PARTS * KNOWS_NEAR)
        covered[table.skills.rows(key)] = round(PARTS * KNOWS)
        for near in term.near:
            covered[table.teaches.rows(near)] = round(PARTS * TEACHES_NEAR)
        covered[table.teaches.rows(key)] = round(PARTS * TEACHES)
        total += covered
    return total[rows].astype(np.float32) / np.float32(PARTS * max(1, len(terms)))
