"""What makes a mentor fit a need: each criterion one function, by the name under which it is weighed.

The evidence for a criterion is one value in [0, 1] for each of ``rows``, 0 where the mentor (or the need) does not
state what it would take: shape (len(rows),), float32. What a mentor adds never lowers it, with the one exception
that ``steps_ahead`` documents.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from matching.engine.columns import Bools, Floats, Rows, Shares
from matching.engine.criteria.meeting import availability, language, states_hours
from matching.engine.criteria.offer import goal, needs, needs_of_all, states_terms
from matching.engine.criteria.road import (
    field,
    field_of_all,
    most_path_of_all,
    path,
    states_career,
    states_field,
    states_level,
    steps_ahead,
)
from matching.engine.criteria.words import states_texts, text
from matching.engine.facts import Need
from matching.engine.table import MentorTable

Evidence = Callable[[Need, MentorTable, Rows], Floats]
SharesOfAll = Callable[[Need, MentorTable], Shares]


@dataclass(frozen=True, slots=True)
class Criterion:
    """``stated`` says for each of ``rows`` whether both sides state what ``evidence`` takes; None: everybody does."""

    evidence: Evidence
    stated: Callable[[Need, MentorTable, Rows], Bools] | None = None

    def __call__(self, need: Need, table: MentorTable, rows: Rows) -> Floats:
        """Return the evidence for each of ``rows``, NaN where it is not stated."""
        return self.as_measured(self.evidence(need, table, rows), need, table, rows)

    def as_measured(self, evidence: Floats, need: Need, table: MentorTable, rows: Rows) -> Floats:
        """Return the ``evidence`` of ``rows``, NaN where it is not stated."""
        if self.stated is None:
            return evidence
        return np.where(self.stated(need, table, rows), evidence, np.float32(np.nan))


CRITERIA: Mapping[str, Criterion] = {
    "needs": Criterion(needs, states_terms),
    "path": Criterion(path, states_career),
    "goal": Criterion(goal),
    "text": Criterion(text, states_texts),
    "field": Criterion(field, states_field),
    "steps_ahead": Criterion(steps_ahead, states_level),
    "language": Criterion(language),
    "availability": Criterion(availability, states_hours),
}

# These are read from lists, for everybody at once.
LISTED: Mapping[str, SharesOfAll] = {"needs": needs_of_all, "field": field_of_all}
# These, or what they are at most.
AT_ONCE: Mapping[str, SharesOfAll] = {**LISTED, "path": most_path_of_all}

__all__ = ["AT_ONCE", "CRITERIA", "LISTED", "Criterion", "Evidence"]
