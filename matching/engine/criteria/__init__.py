"""The criteria of fit, by name. Each has a module with its formula, in a function ``evidence``.

Evidence is one value in [0, 1] for each of ``rows``, shape (len(rows),), float32. It is 0 if the mentor or the need
does not state the data that the criterion takes. More data never lowers it; ``steps_ahead`` documents one exception.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from matching.engine.columns import Bools, Floats, Rows
from matching.engine.criteria import availability, field, goal, language, needs, path, steps_ahead, text
from matching.engine.facts import Need
from matching.engine.standing import own_level
from matching.engine.table import STATES_ANYTHING, STATES_CAREER, STATES_HOURS, STATES_TERMS, STATES_TEXTS, MentorTable

Evidence = Callable[[Need, MentorTable, Rows], Floats]


@dataclass(frozen=True, slots=True)
class Criterion:
    """One criterion, and the data it takes.

    ``by_mentor``: the bit of ``MentorTable.stated``. ``by_need``: returns True if the need states its part.
    """

    evidence: Evidence
    by_mentor: int = STATES_ANYTHING
    by_need: Callable[[Need], bool] = lambda need: True

    def is_stated(self, need: Need, table: MentorTable, rows: Rows) -> Bools:
        """Return for each of ``rows`` whether both sides state the data that the criterion takes."""
        bit = np.uint8(self.by_mentor if self.by_need(need) else 0)
        stated: Bools = (table.stated[rows] & bit) > 0
        return stated


CRITERIA: Mapping[str, Criterion] = {
    "needs": Criterion(needs.evidence, STATES_TERMS, lambda need: bool(need.needs)),
    "path": Criterion(path.evidence, STATES_CAREER),
    "goal": Criterion(goal.evidence),
    "text": Criterion(text.evidence, STATES_TEXTS, lambda need: need.text is not None),
    "field": Criterion(field.evidence, STATES_CAREER, lambda need: bool(field.target_fields(need))),
    "steps_ahead": Criterion(steps_ahead.evidence, STATES_CAREER, lambda need: own_level(need) is not None),
    "language": Criterion(language.evidence),
    "availability": Criterion(availability.evidence, STATES_HOURS, lambda need: need.hours is not None),
}

__all__ = ["CRITERIA", "Criterion", "Evidence"]
