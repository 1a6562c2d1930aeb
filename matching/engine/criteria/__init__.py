"""The criteria of fit, by name. Each has a module with its formula, in a function ``evidence``.

Evidence is one value in [0, 1] for each of ``rows``, shape (len(rows),), float32. It is 0 if the mentor or the need
does not state the data that the criterion takes. More data never lowers it; ``transitions`` has one exception.
One more criterion, ``sentences``, is read for the best mentors only.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from matching.engine.columns import Bools, Floats, Rows
from matching.engine.criteria import goal, market, needs, path, position, sector, session, text
from matching.engine.facts import Need
from matching.engine.table import STATES_ANYTHING, STATES_CAREER, STATES_TERMS, STATES_TEXT, MentorTable

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
    "position": Criterion(position.evidence, STATES_CAREER, lambda need: bool(position.wanted_words(need.goal))),
    "text": Criterion(text.evidence, STATES_TEXT, lambda need: need.text is not None),
    "needs": Criterion(needs.evidence, STATES_TERMS, lambda need: bool(need.needs)),
    "path": Criterion(path.evidence, STATES_CAREER),
    "market": Criterion(market.evidence, STATES_CAREER, lambda need: bool(need.goal.country)),
    "sector": Criterion(sector.evidence, STATES_CAREER, lambda need: bool(need.goal.sector)),
    "goal": Criterion(goal.evidence),
    "session": Criterion(session.evidence, by_need=lambda need: bool(need.session_kind)),
}

__all__ = ["CRITERIA", "Criterion", "Evidence"]
