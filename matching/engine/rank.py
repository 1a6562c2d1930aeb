"""Order mentors by rank: fit, less load and silence, plus interest. Mentors who are not worth proposing come last."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.engine.columns import Bools, Rows
from matching.engine.facts import Need, Sentences
from matching.engine.score import UNREAD, Fit, Weights, fit
from matching.engine.table import MentorTable

# Points of rank for a mentor who wants to explore everything that is asked for.
INTEREST_BONUS = 3.0

# In whole points. Nobody is proposed below the minimum, or far behind the best: a weak suggestion costs a volunteer's
# evening. A strong fit is proposed beside any other: of the graded mentors with 70, readers would send about half.
MIN_FIT = 45
MAX_BEHIND = 10
STRONG_FIT = 70


# Sentences take too much room for everybody. Those of so many mentors are read for each ranking.
CLOSELY_READ = 100
Read = Callable[[Sequence[int]], Mapping[int, Sentences]]


def read_nothing(ids: Sequence[int]) -> Mapping[int, Sentences]:
    """Return no sentences, for rankings without texts."""
    return UNREAD


def reading_once(read: Read) -> Read:
    """Return ``read`` with a memory, so that several rankings read each mentor once."""
    known: dict[int, Sentences] = {}
    asked: set[int] = set()

    def remembering(ids: Sequence[int]) -> Mapping[int, Sentences]:
        if new := [id for id in ids if id not in asked]:
            asked.update(new)
            known.update(read(new))
        return {id: known[id] for id in ids if id in known}

    return remembering


@dataclass(frozen=True, eq=False)
class Ranked:
    """Mentors in order, best first. All arrays are in this order, with n entries.

    ``load_cost`` and ``silence_cost`` lower the rank, ``interest_bonus`` raises it; all in points. The first
    ``worth_count`` mentors are worth proposing.
    """

    rows: Rows
    judged: Fit
    load_cost: NDArray[np.float64]
    silence_cost: NDArray[np.float64]
    interest_bonus: NDArray[np.float64]
    sentences: Mapping[int, Sentences]

    @property
    def worth_count(self) -> int:
        return int(is_worth_proposing(self.judged.score).sum())


def is_worth_proposing(score: NDArray[np.float64]) -> Bools:
    """Return True for each score of ``least_fit`` or more, in whole points."""
    worth: Bools = whole_points(score) >= least_fit(float(whole_points(score).max(initial=0.0)))
    return worth


def least_fit(best: float) -> float:
    """Return the lowest fit that is proposed beside ``best``: MAX_BEHIND less, from MIN_FIT to STRONG_FIT."""
    return min(max(best - MAX_BEHIND, MIN_FIT), STRONG_FIT)


def whole_points(score: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return scores in whole points; halves round up, as in ``points``."""
    points: NDArray[np.float64] = np.floor(100.0 * score + 0.5)
    return points


def rank(need: Need, table: MentorTable, rows: Rows, weights: Weights, read: Read = read_nothing) -> Ranked:
    """Return the mentors in ``rows`` in order, eligible or not.

    The CLOSELY_READ best fits are judged again with their sentences, which ``read`` returns by mentor id.
    Sorted by whether the mentor is worth proposing, then rank, then fit, then id.
    """
    judged = fit(need, table, rows, weights)
    near = closest(table.ids[rows], judged.score)
    sentences = read(table.ids[rows[near]].tolist())
    again = fit(need, table, rows[near], weights, sentences)
    for before, after in (
        (judged.score, again.score),
        (judged.criteria, again.criteria),
        (judged.assumed, again.assumed),
    ):
        before[near] = after
    load, silence = table.load_cost[rows], table.silence_cost[rows]
    bonus = interest_bonus(need, table, rows)
    points = 100.0 * judged.score - load - silence + bonus
    best = np.lexsort((table.ids[rows], -judged.score, -points, ~is_worth_proposing(judged.score)))
    judged = Fit(judged.score[best], judged.criteria[best], judged.assumed[best])
    return Ranked(rows[best], judged, load[best], silence[best], bonus[best], sentences)


def closest(ids: NDArray[np.int64], score: NDArray[np.float64]) -> Rows:
    """Return the indexes of the CLOSELY_READ best scores, the best first, the lower id first of equals."""
    return np.lexsort((ids, -score))[:CLOSELY_READ]


def interest_bonus(need: Need, table: MentorTable, rows: Rows) -> NDArray[np.float64]:
    """Return INTEREST_BONUS times the share of the skills asked for that each mentor wants to explore."""
    terms = {term.key for term in need.needs}
    named = np.zeros(len(table), dtype=np.float64)
    for key in terms:
        named[table.explores.rows(key)] += 1
    return INTEREST_BONUS / max(1, len(terms)) * named[rows]
