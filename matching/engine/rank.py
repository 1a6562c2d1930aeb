"""The order in which mentors are shown: who fits well enough, then fit and what is added to or taken from it by name.

The first few of a large table are found without judging everybody: what each could reach at most is compared with
what the best surely have. The result is exactly that of judging everybody.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from math import ceil, floor, inf

import numpy as np
from numpy.typing import NDArray

from matching.engine.columns import Floats, Rows, Shares
from matching.engine.criteria import AT_ONCE, CRITERIA, LISTED
from matching.engine.facts import Need
from matching.engine.rules import allowed
from matching.engine.score import Fit, Weights, fit, fit_of, floor_of
from matching.engine.table import MOST_RANK_COST, PARTS_OF_A_POINT, MentorTable

# What is added to the rank of a mentor who wants to explore all that is asked for, in points.
INTEREST_BONUS = 3.0

# Whole points of fit below which nobody is proposed: a weak suggestion costs a volunteer's evening. On the evaluation
# set no expected first has fewer than 46, and one eligible pair in seven has fewer than this.
LEAST_FIT = 35

# In which order criteria are measured: first, of all who are available, what lists by word answer at once (LISTED), and
# the most that ``path`` can be; then, of those who may still be among the first, what is one look at a column; last, of
# the few who are judged in full, what reads their careers and texts.
COLUMNS = ("goal", "steps_ahead", "language", "availability")
RECORDS = ("path", "text")

# How many the last two of these looks take on in the first pass, for each mentor wanted. The next pass takes
# WIDER times as many: by then it is known what the best have, and few are still in question.
LOOKED_AT = 40
JUDGED = 4
WIDER = 64
# Where the most promising end, roughly, is read from so many of all.
TELLING = 4096
# With a limit on either side NumPy clips several times faster than with one.
NO_LIMIT = np.uint16(2**16 - 1)
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
    rows = np.flatnonzero(allowed(need, table, table.available, dear=False))
    rows = rows[allowed(need, table, rows, dear=True)]
    return rank_rows(need, table, rows, weights)


def rank_rows(need: Need, table: MentorTable, rows: Rows, weights: Weights) -> Ranked:
    """Return the mentors in ``rows`` in order, eligible or not."""
    return _in_order(table, rows, fit(need, table, rows, weights), interest_of_all(need, table))


def rank_first(need: Need, table: MentorTable, weights: Weights, count: int) -> Ranked:
    """Return the first ``count`` of ``rank_all``, without judging everybody. Raises ValueError for a count below 1."""
    if count < 1:
        raise ValueError(f"{count} mentors are wanted; ask for one at least.")
    ranked = _Search(need, table, weights, count).run()
    return Ranked(
        rows=ranked.rows[:count],
        judged=Fit(ranked.judged.score[:count], ranked.judged.criteria[:count], ranked.judged.assumed[:count]),
        load_cost=ranked.load_cost[:count],
        silence_cost=ranked.silence_cost[:count],
        interest_bonus=ranked.interest_bonus[:count],
    )


def interest_of_all(need: Need, table: MentorTable) -> Shares:
    """Return how much of what is asked for each mentor wants to explore; worth INTEREST_BONUS if it is all."""
    terms = {term.key for term in need.needs}
    named = np.zeros(len(table), dtype=np.min_scalar_type(len(terms)))
    for key in terms:
        named[table.explores.rows(key)] += 1
    return Shares(named, max(1, len(terms)))


def _in_order(table: MentorTable, rows: Rows, judged: Fit, interest: Shares) -> Ranked:
    """Sort by whether the fit is enough, then by rank, then fit, then id; nothing else plays a part."""
    load, silence = table.load_cost[rows], table.silence_cost[rows]
    bonus = INTEREST_BONUS / interest.whole * interest.parts.take(rows).astype(np.float64)
    rank = 100.0 * judged.score - load - silence + bonus
    best = np.lexsort((table.ids[rows], -judged.score, -rank, ~is_worth_proposing(judged.score)))
    judged = Fit(judged.score[best], judged.criteria[best], judged.assumed[best])
    return Ranked(rows[best], judged, load[best], silence[best], bonus[best])


@dataclass(eq=False)
class _Some:
    """Some mentors, and what is known of them so far: arrays of shape (n,), ``evidence`` (C, n).

    ``most`` is the most fit that each can reach, ``lines`` what adds to it in the order; both in points. What was not
    measured of a criterion is what it is at most, 1 or less.
    """

    rows: Rows
    lines: Floats
    most: Floats
    evidence: Floats

    def at(self, index: Rows) -> _Some:
        return _Some(
            self.rows.take(index),
            self.lines.take(index),
            self.most.take(index),
            self.evidence.take(index, axis=1),
        )

    def highest(self) -> Floats:
        """Return the best place in the order that each can reach, as one number."""
        return self._place(LEAST_FIT - 0.5 - SLACK)

    def lowest(self) -> Floats:
        """Return the place that each has for certain, if all was measured."""
        return self._place(LEAST_FIT - 0.5 + SLACK)

    def _place(self, enough: float) -> Floats:
        place = self.most + self.lines
        place -= FAR_BEHIND * (self.most < np.float32(enough))
        return place


@dataclass(eq=False)
class _Queue:
    """Who waits for the next look: the ``highest`` place that each can reach, shape (n,).

    It is ``gone``, less than any place, of who does not wait any longer.
    """

    highest: NDArray[np.float32] | NDArray[np.uint16]
    gone: float = -inf

    def take(self, least: np.number, size: int) -> tuple[Rows, bool]:
        """Take those who can reach most, about ``size`` of all who can reach ``least``; return if more may be left."""
        if self.highest.max(initial=self.gone) < least:
            return np.empty(0, dtype=np.intp), False
        last = least
        if self.highest.size > size:
            step = max(1, self.highest.size // TELLING)
            # Among so many equals a sort is faster than a partition.
            some = np.sort(self.highest[::step])
            last = max(least, some[-min(some.size, max(1, size // step))])
        index = np.flatnonzero(self.highest >= last)
        # With many equals at the end there may be far more.
        more = bool(last > least) or index.size > 2 * size
        index = index[: 2 * size]
        self.highest[index] = self.gone
        return index, more


class _Search:
    """Looks for the first ``count`` in three looks, each at a part of those whom the one before left in question."""

    def __init__(self, need: Need, table: MentorTable, weights: Weights, count: int) -> None:
        self.need, self.table, self.weights, self.count = need, table, weights, count
        self.names = weights.names
        self.points = np.array(weights.points, dtype=np.float32)
        # What each criterion counts for at least: 0 until it is measured, since its evidence is 1 as long as that; of
        # ``path`` what it is at most until then.
        self.floors = np.zeros(len(self.names), dtype=np.float32)
        self.interest = interest_of_all(need, table)
        # The shares of everybody, by the place of the criterion in ``names``.
        self.at_once: dict[int, Shares] = {}
        for index, name in enumerate(self.names):
            if name in AT_ONCE:
                self.at_once[index] = shares = AT_ONCE[name](need, table)
                self.floors[index] = floor_of(shares.of(table.sample))
        self.known_floors: set[str] = set(LISTED)
        self.waiting: list[tuple[_Some, _Queue]] = []
        self.found: list[_Some] = []
        # Who cannot reach this place is not among the first.
        self.bound = -2 * FAR_BEHIND

    def run(self) -> Ranked:
        """Return all who can be among the first ``count``, in order."""
        everybody = _Queue(self._reach(), gone=0)
        wider, more = self.count, True
        while more:
            least = max(1, floor(PARTS_OF_A_POINT * (self.bound + MOST_RANK_COST)))
            # The available are the first rows, so that places in this queue are rows.
            rows, more = everybody.take(np.uint16(least), LOOKED_AT * wider)
            if rows.size:
                self._look_up(rows)
            ahead = []
            for some, queue in self.waiting:
                index, left = queue.take(self.bound, JUDGED * wider)
                more = more or left
                if index.size:
                    ahead.append(some.at(index))
            if ahead:
                judged = _joined(ahead)
                self._measure(RECORDS, judged)
                self.found.append(judged)
            self._raise_bound()
            wider *= WIDER
        return self._result()

    def _reach(self) -> NDArray[np.uint16]:
        """Return the best place that each of the A available can reach, plus MOST_RANK_COST, in parts of a point.

        Rounded up to 1 at least, and as if everybody fitted well enough, so that nobody is passed over for it; 0 of
        those who are not allowed. Shape (A,), by row.
        """
        rows = self.table.available
        rest = 100 - sum(float(self.points[index]) for index in self.at_once)
        reach = np.uint16(1 + ceil(PARTS_OF_A_POINT * (MOST_RANK_COST + rest))) - self.table.rank_cost[rows]
        reach += self.interest.worth(PARTS_OF_A_POINT * INTEREST_BONUS, rows)
        for index, shares in self.at_once.items():
            most = PARTS_OF_A_POINT * float(self.points[index])
            worth = shares.worth(most, rows)
            reach += worth.clip(np.uint16(ceil(most * self.floors[index])), NO_LIMIT, out=worth)
        reach *= allowed(self.need, self.table, rows, dear=False)
        return reach

    def _look_up(self, rows: Rows) -> None:
        rows = rows.compress(allowed(self.need, self.table, rows, dear=True))
        lines = INTEREST_BONUS * self.interest.of(rows)
        lines -= self.table.load_cost[rows]
        lines -= self.table.silence_cost[rows]
        evidence = np.ones((len(self.names), rows.size), dtype=np.float32)
        for index, shares in self.at_once.items():
            evidence[index] = shares.of(rows)
        some = _Some(rows, lines, np.zeros_like(lines), evidence)
        self._measure(COLUMNS, some)
        self.waiting.append((some, _Queue(some.highest())))

    def _measure(self, wanted: Collection[str], some: _Some) -> None:
        """Measure ``some`` by the criteria ``wanted``; the first time the table's sample with them, for the floors."""
        extra = 0 if self.known_floors.issuperset(wanted) else self.table.sample.size
        rows = np.concatenate([self.table.sample, some.rows]) if extra else some.rows
        for index, name in enumerate(self.names):
            if name in wanted:
                values = CRITERIA[name].evidence(self.need, self.table, rows)
                if extra:
                    self.floors[index] = floor_of(values[:extra])
                some.evidence[index] = values[extra:]
        self.known_floors.update(wanted)
        some.most = self.points @ np.maximum(some.evidence, self.floors[:, np.newaxis])

    def _raise_bound(self) -> None:
        """Take note of what the best who were found have for certain."""
        lowest = np.concatenate([some.lowest() for some in self.found]) if self.found else np.empty(0)
        if lowest.size >= self.count:
            self.bound = np.partition(lowest, -self.count)[-self.count] - np.float32(SLACK)

    def _result(self) -> Ranked:
        if not self.found:
            return rank_rows(self.need, self.table, np.empty(0, dtype=np.intp), self.weights)
        found = _joined([some.at(np.flatnonzero(some.highest() >= self.bound)) for some in self.found])
        judged = fit_of(found.evidence.T, self.floors, self.need, self.table, found.rows, self.weights)
        return _in_order(self.table, found.rows, judged, self.interest)


def _joined(parts: Sequence[_Some]) -> _Some:
    """Return ``parts``, one or more, of whom the same is known, as one."""
    if len(parts) == 1:
        return parts[0]
    return _Some(
        np.concatenate([part.rows for part in parts]),
        np.concatenate([part.lines for part in parts]),
        np.concatenate([part.most for part in parts]),
        np.concatenate([part.evidence for part in parts], axis=1),
    )
