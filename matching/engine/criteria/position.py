"""Criterion ``position``: the words of the wanted role and field, in the mentor's career."""

from __future__ import annotations

import numpy as np

from matching.engine.columns import Floats, Rows
from matching.engine.facts import Goal, Need
from matching.engine.table import MentorTable
from matching.engine.words import stems


def evidence(need: Need, table: MentorTable, rows: Rows) -> Floats:
    """Return the share of ``wanted_words`` that occur in a role or field of the career.

    Stated by a career, if the goal names a role or a field.
    """
    wanted = wanted_words(need.goal)
    found = np.zeros(len(table), dtype=np.int32)
    for word in wanted:
        found[table.career_words.rows(word)] += 1
    return found[rows].astype(np.float32) / np.float32(max(1, len(wanted)))


def wanted_words(goal: Goal) -> frozenset[str]:
    return stems(goal.role) | stems(goal.field)
