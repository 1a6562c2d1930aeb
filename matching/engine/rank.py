"""The order in which mentors are shown: who fits well enough, then fit and what is added to or taken from it by name.

The first few of a large table are found without judging everybody: what each could reach at most is compared with
what the best surely have. The result is exactly that of judging everybody.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.engine.columns import Floats, Rows
from matching.engine.criteria import CRITERIA
from matching.engine.criteria.road import most_path
from matching.engine.facts import Need
from matching.engine.rules import breaks_any, eligible_rows
from matching.engine.score import Fit, Weights, fit, floor_of, summed
from matching.engine.table import MentorTable

# What is added to the rank of a mentor who wants to explore all that is asked for, in points.
INTEREST_BONUS = 3.0

# Whole points of fit below which nobody is proposed: a weak suggestion costs a volunteer's evening. On the evaluation
# set no expected first has fewer than 46, and one eligible pair in seven has fewer than this.
LEAST_FIT = 35

# Criteria that take long for each mentor, and what they are at most.
DEAR: Mapping[str, Callable[[Need, MentorTable, Rows], Floats]] = {
    "path": most_path,
    "availability": lambda need, table, rows: np.ones(rows.size, dtype=np.float32),
    "text": lambda need, table, rows: np.ones(rows.size, dtype=np.float32),
}

# How many are judged in full first, for each one wanted, and how many at a time of those that remain.
FIRST_JUDGED = 3
JUDGED_AT_ONCE = 250
# Points by which a bound may be off for being summed in float32.
SLACK = 2e-3
# More than all that can lie between the ranks of two mentors, so that who fits well enough comes before who does not.
FAR_BEHIND = np.float32(1000.0)


@dataclass(frozen=True, eq=False)
class Ranked:
    """Mentors in order, best first; all arrays are in this order, with n entries.

    ``load_cost`` and ``silence_cost`` are taken from the rank, ``interest_bonus`` is added; all in points. The first
    ``worth`` of them have LEAST_FIT at least.
    """

    rows: Rows
    judged: Fit
    load_cost: NDArray[np.float64]
    silence_cost: NDArray[np.float64]
    interest_bonus: NDArray[np.float64]

    @property
    def worth(self) -> int:
        return int(is_worth_proposing(self.judged.score).sum())


def is_worth_proposing(score: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return whose fit, in whole points, is LEAST_FIT or more."""
    worth: NDArray[np.bool_] = 100.0 * score >= LEAST_FIT - 0.5
    return worth


def rank_all(need: Need, table: MentorTable, weights: Weights) -> Ranked:
    """Return all who are eligible, in order."""
    rows = eligible_rows(need, table)
    rows = rows[~breaks_any(need, table, rows, dear=True)]
    return rank_rows(need, table, rows, weights)


def rank_rows(need: Need, table: MentorTable, rows: Rows, weights: Weights) -> Ranked:
    """Return the mentors in ``rows`` in order, eligible or not."""
    return _in_order(need, table, rows, fit(need, table, rows, weights))


def rank_first(need: Need, table: MentorTable, weights: Weights, count: int) -> Ranked:
    """Return the first ``count`` of ``rank_all``, without judging everybody. Raises ValueError for a count below 1."""
    if count < 1:
        raise ValueError(f"{count} mentors are wanted; ask for one at least.")
    search = _Search(need, table, weights, count)
    ranked = _in_order(need, table, *search.run())
    return Ranked(
        rows=ranked.rows[:count],
        judged=Fit(ranked.judged.score[:count], ranked.judged.criteria[:count], ranked.judged.assumed[:count]),
        load_cost=ranked.load_cost[:count],
        silence_cost=ranked.silence_cost[:count],
        interest_bonus=ranked.interest_bonus[:count],
    )


def interest_bonus(need: Need, table: MentorTable, rows: Rows | slice) -> NDArray[np.float64]:
    """Return points for mentors who want to explore what is asked for: the share of it that they name."""
    terms = {term.key for term in need.needs}
    bonus = np.zeros(len(table), dtype=np.float64)
    for key in terms:
        bonus[table.explores.rows(key)] += INTEREST_BONUS / len(terms)
    return bonus[rows]


def _in_order(need: Need, table: MentorTable, rows: Rows, judged: Fit) -> Ranked:
    """Sort by whether the fit is enough, then by rank, then fit, then id; nothing else plays a part."""
    load, silence = table.load_cost[rows], table.silence_cost[rows]
    interest = interest_bonus(need, table, rows)
    rank = 100.0 * judged.score - load - silence + interest
    best = np.lexsort((table.ids[rows], -judged.score, -rank, ~is_worth_proposing(judged.score)))
    judged = Fit(judged.score[best], judged.criteria[best], judged.assumed[best])
    return Ranked(rows[best], judged, load[best], silence[best], interest[best])


class _Search:
    """Looks for the first ``count``: positions are indexes into ``rows``, the eligible but for dear rules."""

    def __init__(self, need: Need, table: MentorTable, weights: Weights, count: int) -> None:
        self.need, self.table, self.weights, self.count = need, table, weights, count
        self.points = dict(zip(weights.names, map(np.float32, weights.points), strict=True))
        self.dear = [name for name in DEAR if self.points.get(name)]
        self.rows = eligible_rows(need, table)
        self.measured: dict[str, Floats] = {}
        self.floors: dict[str, np.float32] = {}
        self.lines = self._rank_lines()
        # The most fit that each can reach, in points: exact in what is measured, else the most that it can be.
        self.most_fit = np.zeros(self.rows.size, dtype=np.float32)
        self._measure_cheap()
        for name in self.dear:
            self.measured[name] = DEAR[name](need, table, self.rows)

    def run(self) -> tuple[Rows, Fit]:
        """Return rows among which the first ``count`` are, and their fit."""
        found, left = self._begin()
        left = self._in_question(left, found)
        if "availability" in self.dear:
            # Quickly read, and it leaves fewer for the others.
            self._measure("availability", left)
            self.dear.remove("availability")
        while (left := self._in_question(left, found)).size:
            now, left = _split(left, JUDGED_AT_ONCE, self._most(left))
            now = self._eligible(now)
            for name in self.dear:
                self._measure(name, now)
            found = np.concatenate([found, now])
        best = self._in_question(found, found)
        measured = {name: self.measured[name][best] for name in self.weights.names}
        return self.rows[best], summed(measured, self.floors, self.weights)

    def _rank_lines(self) -> Floats:
        taken = self.table.load_cost[self.rows] + self.table.silence_cost[self.rows]
        return (interest_bonus(self.need, self.table, self.rows) - taken).astype(np.float32)

    def _measure_cheap(self) -> None:
        sample = self.table.sample
        both = np.concatenate([sample, self.rows])
        for name, points in self.points.items():
            if name in self.dear:
                continue
            values = CRITERIA[name](self.need, self.table, both)
            self.floors[name] = floor_of(values[: sample.size])
            self.measured[name] = values[sample.size :]
            self.most_fit += points * np.fmax(self.measured[name], self.floors[name])

    def _begin(self) -> tuple[Rows, Rows]:
        """Judge the most promising in full, together with the sample; return those who are eligible, and the others."""
        promising = self.most_fit + sum(self.points[name] * self.measured[name] for name in self.dear)
        promising = _place(promising, self.lines, LEAST_FIT)
        first, left = _split(np.arange(self.rows.size), FIRST_JUDGED * self.count, promising)
        first = self._eligible(first)
        sample = self.table.sample
        both = np.concatenate([sample, self.rows[first]])
        for name in self.dear:
            values = CRITERIA[name](self.need, self.table, both)
            self.floors[name] = floor_of(values[: sample.size])
            self.measured[name][first] = values[sample.size :]
            self.most_fit += self.points[name] * np.fmax(self.measured[name], self.floors[name])
        return first, left

    def _measure(self, name: str, now: Rows) -> None:
        values = CRITERIA[name](self.need, self.table, self.rows[now])
        assumed = np.fmax(self.measured[name][now], self.floors[name])
        self.most_fit[now] += self.points[name] * (np.fmax(values, self.floors[name]) - assumed)
        self.measured[name][now] = values

    def _eligible(self, now: Rows) -> Rows:
        return now[~breaks_any(self.need, self.table, self.rows[now], dear=True)]

    def _in_question(self, left: Rows, found: Rows) -> Rows:
        """Return those of ``left`` who may yet be among the first, given those who were ``found``."""
        if found.size < self.count:
            return left
        bound = np.partition(self._least(found), -self.count)[-self.count]
        promising: Rows = left[self._most(left) >= bound - SLACK]
        return promising

    def _most(self, rows: Rows) -> Floats:
        """Return the best place in the order that each can reach, as one number."""
        return _place(self.most_fit[rows], self.lines[rows], LEAST_FIT - 0.5 - SLACK)

    def _least(self, found: Rows) -> Floats:
        """Return the place that each has for certain, who was judged in full."""
        return _place(self.most_fit[found], self.lines[found], LEAST_FIT - 0.5 + SLACK)


def _place(fit: Floats, lines: Floats, enough: float) -> Floats:
    """Return the place in the order as one number, the higher the better; all in points."""
    return fit + lines - np.where(fit < np.float32(enough), FAR_BEHIND, np.float32(0.0))


def _split(left: Rows, size: int, promising: Floats) -> tuple[Rows, Rows]:
    """Return the ``size`` most ``promising`` of ``left``, and the others."""
    if left.size <= size:
        return left, left[:0]
    order = np.argpartition(-promising, size)
    return left[order[:size]], left[order[size:]]
