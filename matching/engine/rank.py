"""Order mentors by rank: fit, less load and silence, plus interest. Mentors below the minimum fit come last."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.engine.columns import Bools, Rows
from matching.engine.facts import Need
from matching.engine.score import Fit, Weights, fit
from matching.engine.table import MentorTable

# Points of rank for a mentor who wants to explore everything that is asked for.
INTEREST_BONUS = 3.0

# Nobody is proposed below this fit, in whole points: a weak suggestion costs a volunteer's evening.
MIN_FIT = 35


@dataclass(frozen=True, eq=False)
class Ranked:
    """Mentors in order, best first. All arrays are in this order, with n entries.

    ``load_cost`` and ``silence_cost`` lower the rank, ``interest_bonus`` raises it; all in points. The first
    ``worth_count`` mentors have at least MIN_FIT.
    """

    rows: Rows
    judged: Fit
    load_cost: NDArray[np.float64]
    silence_cost: NDArray[np.float64]
    interest_bonus: NDArray[np.float64]

    @property
    def worth_count(self) -> int:
        return int(is_worth_proposing(self.judged.score).sum())


def is_worth_proposing(score: NDArray[np.float64]) -> Bools:
    """Return True for each score that is MIN_FIT or more in whole points."""
    worth: Bools = 100.0 * score >= MIN_FIT - 0.5
    return worth


def rank(need: Need, table: MentorTable, rows: Rows, weights: Weights) -> Ranked:
    """Return the mentors in ``rows`` in order, eligible or not.

    Sorted by whether the fit is at least MIN_FIT, then rank, then fit, then id.
    """
    judged = fit(need, table, rows, weights)
    load, silence = table.load_cost[rows], table.silence_cost[rows]
    bonus = interest_bonus(need, table, rows)
    points = 100.0 * judged.score - load - silence + bonus
    best = np.lexsort((table.ids[rows], -judged.score, -points, ~is_worth_proposing(judged.score)))
    judged = Fit(judged.score[best], judged.criteria[best], judged.assumed[best])
    return Ranked(rows[best], judged, load[best], silence[best], bonus[best])


def interest_bonus(need: Need, table: MentorTable, rows: Rows) -> NDArray[np.float64]:
    """Return INTEREST_BONUS times the share of the skills asked for that each mentor wants to explore."""
    terms = {term.key for term in need.needs}
    named = np.zeros(len(table), dtype=np.float64)
    for key in terms:
        named[table.explores.rows(key)] += 1
    return INTEREST_BONUS / max(1, len(terms)) * named[rows]
