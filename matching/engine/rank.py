"""The order in which mentors are shown: who fits well enough, then fit and what is added to or taken from it by name.

The first few of a large table are found without judging everybody: what each could reach at most is compared with
what the best surely have. The result is exactly that of judging everybody.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.engine.columns import EVERYBODY, Floats, Rows
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

# In which order criteria are measured: first, of all who are eligible, what lists by word answer at once, and of
# ``path`` the most that it can be; then, of those who may still be among the first, what is one look at a column;
# last, of the few who are judged in full, what reads their careers and texts.
LISTED = ("needs", "field")
COLUMNS = ("goal", "steps_ahead", "language", "availability")
RECORDS = ("path", "text")

# How many of those who may be among the first have their columns read at first, and how many of those are judged in
# full at a time; both for each one wanted. Each time that was not enough, WIDER times as many are looked at.
LOOKED_AT = 24
JUDGED = 4
WIDER = 4
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
    """Looks for the first ``count``: positions are indexes into ``rows``, the eligible but for dear rules.

    A criterion that was not measured of somebody counts as the most that it can be, which is 1 for most.
    """

    def __init__(self, need: Need, table: MentorTable, weights: Weights, count: int) -> None:
        self.need, self.table, self.weights, self.count = need, table, weights, count
        self.points = dict(zip(weights.names, map(np.float32, weights.points), strict=True))
        self.rows = eligible_rows(need, table)
        self.lines = self._rank_lines()
        self.floors: dict[str, np.float32] = {}
        # Filled where it was measured.
        self.measured: dict[str, Floats] = {name: np.empty(self.rows.size, dtype=np.float32) for name in weights.names}
        # The most fit that each can reach, in points.
        self.most_fit = np.full(self.rows.size, 100.0, dtype=np.float32)

    def run(self) -> tuple[Rows, Fit]:
        """Return rows among which the first ``count`` are, and their fit."""
        self._measure(LISTED, EVERYBODY)
        path_lacks = self._bound_path() if "path" in self.points else None
        left = np.arange(self.rows.size)
        found = left[:0]
        looked_at = LOOKED_AT * self.count
        while left.size:
            ahead, left = _split(left, looked_at, self._highest(left))
            self._measure(COLUMNS, ahead)
            ahead = self._in_question(self._eligible(ahead), found)
            while ahead.size:
                now, ahead = _split(ahead, JUDGED * self.count, self._highest(ahead))
                if path_lacks is not None:
                    self.most_fit[now] += path_lacks[now]
                self._measure(RECORDS, now)
                found = np.concatenate([found, now])
                ahead = self._in_question(ahead, found)
            left = self._in_question(left, found)
            looked_at *= WIDER
        if not found.size:
            return found, fit(self.need, self.table, found, self.weights)
        best = self._in_question(found, found)
        measured = {name: values[best] for name, values in self.measured.items()}
        return self.rows[best], summed(measured, self.floors, self.weights)

    def _rank_lines(self) -> Floats:
        taken = self.table.load_cost[self.rows] + self.table.silence_cost[self.rows]
        return (interest_bonus(self.need, self.table, self.rows) - taken).astype(np.float32)

    def _bound_path(self) -> Floats:
        """Lower what each can reach by what ``path`` lacks for certain, and return by how much, in points."""
        sample = self.table.sample
        most = most_path(self.need, self.table, np.concatenate([sample, self.rows]))
        # A floor is never above that of the bounds.
        lacking = 1 - np.maximum(most[sample.size :], floor_of(most[: sample.size]))
        lacking *= self.points["path"]
        self.most_fit -= lacking
        return lacking

    def _measure(self, names: Iterable[str], now: Rows | slice) -> None:
        for name in names:
            if name in self.points:
                values = self._values(name, now)
                self.measured[name][now] = values
                self.most_fit[now] -= self.points[name] * (1 - np.fmax(values, self.floors[name]))

    def _values(self, name: str, now: Rows | slice) -> Floats:
        """Return the criterion's values; the first time it is asked for, the table's sample is measured with them."""
        rows, criterion = self.rows[now], CRITERIA[name]
        if name in self.floors:
            return criterion(self.need, self.table, rows)
        sample = self.table.sample
        values = criterion(self.need, self.table, np.concatenate([sample, rows]))
        self.floors[name] = floor_of(values[: sample.size])
        return values[sample.size :]

    def _eligible(self, now: Rows) -> Rows:
        return now[~breaks_any(self.need, self.table, self.rows[now], dear=True)]

    def _in_question(self, left: Rows, found: Rows) -> Rows:
        """Return those of ``left`` who may yet be among the first, given those who were ``found``."""
        if found.size < self.count:
            return left
        bound = np.partition(self._lowest(found), -self.count)[-self.count]
        promising: Rows = left[self._highest(left) >= bound - SLACK]
        return promising

    def _highest(self, rows: Rows) -> Floats:
        """Return the best place in the order that each can reach, as one number."""
        return _place(self.most_fit[rows], self.lines[rows], LEAST_FIT - 0.5 - SLACK)

    def _lowest(self, found: Rows) -> Floats:
        """Return the place that each has for certain, who was judged in full."""
        return _place(self.most_fit[found], self.lines[found], LEAST_FIT - 0.5 + SLACK)


def _place(fit: Floats, lines: Floats, enough: float) -> Floats:
    """Return the place in the order as one number, the higher the better; all in points."""
    behind = np.multiply(fit < np.float32(enough), FAR_BEHIND, dtype=np.float32)
    return fit + lines - behind


def _split(left: Rows, size: int, promising: Floats) -> tuple[Rows, Rows]:
    """Return the ``size`` most ``promising`` of ``left``, and the others."""
    if left.size <= size:
        return left, left[:0]
    order = np.argpartition(-promising, size)
    return left[order[:size]], left[order[size:]]
