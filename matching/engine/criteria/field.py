"""Criterion ``field``: experience in the target field, or in the mentee's own."""

from __future__ import annotations

import numpy as np

from matching.engine.columns import Floats, Rows, best_per_owner
from matching.engine.facts import Need
from matching.engine.memory import MEMORY_YEARS, years_remembered
from matching.engine.standing import own_fields
from matching.engine.table import MentorTable
from matching.engine.words import plain

NOW_IN_FIELD, ONCE_IN_FIELD, IN_MENTEES_FIELD = 100, 60, 30  # parts of FIELD_WHOLE
FIELD_WHOLE = 100


def evidence(need: Need, table: MentorTable, rows: Rows) -> Floats:
    """Return the best career step: 1 in the target field now, else .6 fading to 0 over 20 years after its end.

    A step in the mentee's own field counts .3 at least, at any time. Without a target field the mentee's own is the
    target. Stated by a career, if the need states any field.
    """
    steps, owners = table.steps.records(rows)
    until, fields = steps["end"], steps["field"]
    faded = ONCE_IN_FIELD * years_remembered(until, need.year) // MEMORY_YEARS
    worth = np.where(until >= need.year, NOW_IN_FIELD, faded) * np.isin(fields, _codes(target_fields(need), table))
    worth = np.maximum(worth, IN_MENTEES_FIELD * np.isin(fields, _codes(own_fields(need), table)))
    return best_per_owner(worth.astype(np.float32) / np.float32(FIELD_WHOLE), owners, rows.size)


def target_fields(need: Need) -> frozenset[str]:
    """Return the field of the goal, or else the fields of the mentee, in plain form. Empty if the need states none."""
    return frozenset({plain(need.goal.field)}) if need.goal.field else own_fields(need)


def _codes(fields: frozenset[str], table: MentorTable) -> list[int]:
    return [table.fields.of(field) for field in fields]
