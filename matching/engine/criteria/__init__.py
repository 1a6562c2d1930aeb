"""What makes a mentor fit a need: each criterion one function, by the name under which it is weighed.

A criterion returns one value in [0, 1] for each of ``rows``, NaN where the mentor (or the need) does not
state what it would take: shape (len(rows),), float32. It is monotone in its evidence: what a mentor adds
never lowers it, with the one exception that ``steps_ahead`` documents.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from matching.engine.columns import Floats, Rows
from matching.engine.criteria.meeting import availability, language
from matching.engine.criteria.offer import goal, needs
from matching.engine.criteria.road import field, path, steps_ahead
from matching.engine.criteria.words import text
from matching.engine.facts import Need
from matching.engine.table import MentorTable

Criterion = Callable[[Need, MentorTable, Rows], Floats]

CRITERIA: Mapping[str, Criterion] = {
    "needs": needs,
    "path": path,
    "goal": goal,
    "text": text,
    "field": field,
    "steps_ahead": steps_ahead,
    "language": language,
    "availability": availability,
}

__all__ = ["CRITERIA", "Criterion"]
