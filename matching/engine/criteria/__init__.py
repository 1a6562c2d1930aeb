"""What makes a mentor fit a need: each criterion one function, by the name under which it is weighed.

The evidence for a criterion is one value in [0, 1] for each of ``rows``, 0 where the mentor (or the need) does not
state what it would take: shape (len(rows),), float32. What a mentor adds never lowers it, with the one exception
that ``steps_ahead`` documents.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from matching.engine.columns import Floats, Rows, Shares
from matching.engine.criteria.meeting import availability, language
from matching.engine.criteria.offer import goal, needs, needs_of_all
from matching.engine.criteria.road import (
    field,
    field_of_all,
    most_path_of_all,
    names_field,
    path,
    steps_ahead,
)
from matching.engine.criteria.words import text
from matching.engine.facts import Need
from matching.engine.standing import own_level
from matching.engine.table import STATES_ANYTHING, STATES_CAREER, STATES_HOURS, STATES_TERMS, STATES_TEXTS, MentorTable

Evidence = Callable[[Need, MentorTable, Rows], Floats]
SharesOfAll = Callable[[Need, MentorTable], Shares]


@dataclass(frozen=True, slots=True)
class Criterion:
    """``by_mentor`` is the bit of ``MentorTable.stated`` it takes, ``by_need`` says if the need states its part."""

    evidence: Evidence
    by_mentor: int = STATES_ANYTHING
    by_need: Callable[[Need], bool] = lambda need: True

    def __call__(self, need: Need, table: MentorTable, rows: Rows) -> Floats:
        """Return the evidence for each of ``rows``, NaN where it is not stated."""
        return as_measured([self], self.evidence(need, table, rows)[:, np.newaxis], need, table, rows)[:, 0]


def as_measured(criteria: Sequence[Criterion], evidence: Floats, need: Need, table: MentorTable, rows: Rows) -> Floats:
    """Return the ``evidence`` for ``criteria`` of ``rows``, shape (len(rows), len(criteria)), NaN where not stated."""
    bits = np.array([one.by_mentor if one.by_need(need) else 0 for one in criteria], dtype=np.uint8)
    return np.where(table.stated[rows][:, np.newaxis] & bits, evidence, np.float32(np.nan))


CRITERIA: Mapping[str, Criterion] = {
    "needs": Criterion(needs, STATES_TERMS, lambda need: bool(need.needs)),
    "path": Criterion(path, STATES_CAREER),
    "goal": Criterion(goal),
    "text": Criterion(text, STATES_TEXTS, lambda need: need.text is not None),
    "field": Criterion(field, STATES_CAREER, names_field),
    "steps_ahead": Criterion(steps_ahead, STATES_CAREER, lambda need: own_level(need) is not None),
    "language": Criterion(language),
    "availability": Criterion(availability, STATES_HOURS, lambda need: need.hours is not None),
}

# These are read from lists, for everybody at once.
LISTED: Mapping[str, SharesOfAll] = {"needs": needs_of_all, "field": field_of_all}
# These, or what they are at most.
AT_ONCE: Mapping[str, SharesOfAll] = {**LISTED, "path": most_path_of_all}

__all__ = ["AT_ONCE", "CRITERIA", "LISTED", "Criterion", "Evidence", "as_measured"]
