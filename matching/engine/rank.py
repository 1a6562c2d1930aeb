"""The order in which mentors are shown: who fits well enough, then fit and what is added to or taken from it by name.

The first few of a large table are found without judging everybody: what each could reach at most is compared with
what the best surely have. The result is exactly that of judging everybody.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from matching.engine.columns import Floats, Rows
from matching.engine.criteria import CRITERIA, Evidence
from matching.engine.criteria.road import most_path
from matching.engine.facts import Need
from matching.engine.rules import allowed, eligible_rows
from matching.engine.score import Fit, Weights, fit, fit_of, floor_of
from matching.engine.table import MentorTable

# What is added to the rank of a mentor who wants to explore all that is asked for, in points.
INTEREST_BONUS = 3.0

# Whole points of fit below which nobody is proposed: a weak suggestion costs a volunteer's evening. On the evaluation
# set no expected first has fewer than 46, and one eligible pair in seven has fewer than this.
LEAST_FIT = 35

# In which order criteria are measured: first, of all who are eligible, what lists by word answer at once; then, of
# those who may still be among the first, the most that ``path`` can be; then what is one look at a column; last, of
# the few who are judged in full, what reads their careers and texts.
LISTED = ("needs", "field")
COLUMNS = ("goal", "steps_ahead", "language", "availability")
RECORDS = ("path", "text")

# How many the last three of these looks take on in the first pass, for each mentor wanted. The next pass takes
# WIDER times as many: by then it is known what the best have, and few are still in question.
BOUNDED = 200
LOOKED_AT = 24
JUDGED = 4
WIDER = 64
# Where about the most promising end is read from so many of all.
TELLING = 1024
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
    rows = rows[allowed(need, table, rows, dear=True)]
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
    named = np.zeros(len(table), dtype=np.min_scalar_type(len(terms)))
    for key in terms:
        named[table.explores.rows(key)] += 1
    return INTEREST_BONUS / max(1, len(terms)) * named[rows]


def _in_order(need: Need, table: MentorTable, rows: Rows, judged: Fit) -> Ranked:
    """Sort by whether the fit is enough, then by rank, then fit, then id; nothing else plays a part."""
    load, silence = table.load_cost[rows], table.silence_cost[rows]
    interest = interest_bonus(need, table, rows)
    rank = 100.0 * judged.score - load - silence + interest
    best = np.lexsort((table.ids[rows], -judged.score, -rank, ~is_worth_proposing(judged.score)))
    judged = Fit(judged.score[best], judged.criteria[best], judged.assumed[best])
    return Ranked(rows[best], judged, load[best], silence[best], interest[best])


@dataclass(eq=False)
class _Some:
    """Some mentors, and what is known of them so far: arrays of one shape (n,).

    ``most`` is the most fit that each can reach, ``lines`` what adds to it in the order; both in points. What was not
    measured of a criterion counts as 1, or as ``at_most`` says.
    """

    rows: Rows
    lines: Floats
    most: Floats
    evidence: dict[str, Floats] = field(default_factory=dict)
    at_most: dict[str, Floats] = field(default_factory=dict)

    def at(self, index: Rows) -> _Some:
        return _Some(
            self.rows.take(index),
            self.lines.take(index),
            self.most.take(index),
            {name: values.take(index) for name, values in self.evidence.items()},
            {name: values.take(index) for name, values in self.at_most.items()},
        )

    @cached_property
    def highest(self) -> Floats:
        """The best place in the order that each can reach, as one number; known once nothing more is measured."""
        return self._place(LEAST_FIT - 0.5 - SLACK)

    def lowest(self) -> Floats:
        """Return the place that each has for certain, if all was measured."""
        return self._place(LEAST_FIT - 0.5 + SLACK)

    def _place(self, enough: float) -> Floats:
        place = self.most + self.lines
        place -= FAR_BEHIND * (self.most < np.float32(enough))
        return place


class _Search:
    """Looks for the first ``count`` in four looks, each at a part of those whom the one before left in question."""

    def __init__(self, need: Need, table: MentorTable, weights: Weights, count: int) -> None:
        self.need, self.table, self.weights, self.count = need, table, weights, count
        self.points = dict(zip(weights.names, map(np.float32, weights.points), strict=True))
        self.floors: dict[Evidence, np.float32] = {}
        self.found: list[_Some] = []
        # Who cannot reach this place is not among the first; and whether some of those who can were not taken on.
        self.bound = np.finfo(np.float32).min
        self.more = True

    def run(self) -> tuple[Rows, Fit]:
        """Return rows among which the first ``count`` are, and their fit."""
        waiting: list[list[_Some]] = [[self._listed()], [], []]
        looks = (
            (BOUNDED, self._bound_path, waiting[0], waiting[1]),
            (LOOKED_AT, self._look_up, waiting[1], waiting[2]),
            (JUDGED, self._judge, waiting[2], self.found),
        )
        wider = self.count
        while self.more:
            self.more = False
            for size, look, before, after in looks:
                ahead = _joined([self._take(some, size * wider) for some in before])
                if ahead.rows.size:
                    after.append(look(ahead))
            self._raise_bound()
            wider *= WIDER
        return self._result()

    def _listed(self) -> _Some:
        rows = eligible_rows(self.need, self.table)
        some = _Some(rows, self._lines(rows), np.full(rows.size, 100.0, dtype=np.float32))
        self._measure(LISTED, some)
        return some

    def _lines(self, rows: Rows) -> Floats:
        """Return ``interest_bonus`` less the costs; less exact, for many at once."""
        lines = -self.table.rank_cost[:]
        terms = {term.key for term in self.need.needs}
        for key in terms:
            lines[self.table.explores.rows(key)] += INTEREST_BONUS / len(terms)
        return lines.take(rows)

    def _take(self, some: _Some, size: int) -> _Some:
        """Take out those of ``some`` in question who can reach most, about ``size`` of them; notes if more may be left.

        Those who are taken reach nothing any more, as far as ``highest`` tells.
        """
        highest = some.highest
        ahead = highest >= self.bound
        if np.count_nonzero(ahead) <= size:
            index = np.flatnonzero(ahead)
        else:
            self.more = True
            # Among so many equals a sort is faster than a partition.
            step = max(1, highest.size // TELLING)
            last = max(self.bound, np.sort(highest[::step])[-max(1, size // step)])
            better = np.flatnonzero(highest > last)
            index = np.concatenate([better, np.flatnonzero(highest == last)[: max(0, size - better.size)]])
        highest[index] = -np.inf
        return some.at(index)

    def _bound_path(self, some: _Some) -> _Some:
        if "path" in self.points:
            # The floor of what is at most is never below the floor.
            values, floor = self._evidence(most_path, some.rows)
            some.at_most["path"] = np.maximum(values, floor)
            some.most -= self.points["path"] * (1 - some.at_most["path"])
        return some

    def _look_up(self, some: _Some) -> _Some:
        some = some.at(np.flatnonzero(allowed(self.need, self.table, some.rows, dear=True)))
        self._measure(COLUMNS, some)
        return some

    def _judge(self, some: _Some) -> _Some:
        self._measure(RECORDS, some)
        return some

    def _measure(self, names: Iterable[str], some: _Some) -> None:
        for name in names:
            if name in self.points:
                values, floor = self._evidence(CRITERIA[name].evidence, some.rows)
                some.evidence[name] = values
                some.most += self.points[name] * (np.maximum(values, floor) - some.at_most.pop(name, 1))

    def _evidence(self, evidence: Evidence, rows: Rows) -> tuple[Floats, np.float32]:
        """Return the evidence of ``rows``, and its floor; the first time, the table's sample is measured with them."""
        if evidence in self.floors:
            return evidence(self.need, self.table, rows), self.floors[evidence]
        sample = self.table.sample
        values = evidence(self.need, self.table, np.concatenate([sample, rows]))
        self.floors[evidence] = floor_of(values[: sample.size])
        return values[sample.size :], self.floors[evidence]

    def _raise_bound(self) -> None:
        """Take note of what the best who were found have for certain."""
        lowest = np.concatenate([some.lowest() for some in self.found]) if self.found else np.empty(0)
        if lowest.size >= self.count:
            self.bound = np.partition(lowest, -self.count)[-self.count] - np.float32(SLACK)

    def _result(self) -> tuple[Rows, Fit]:
        found = _joined([some.at(np.flatnonzero(some.highest >= self.bound)) for some in self.found])
        if not found.rows.size:
            return found.rows, fit(self.need, self.table, found.rows, self.weights)
        names = self.weights.names
        evidence = np.stack([found.evidence[name] for name in names], axis=1)
        floors = np.array([self.floors[CRITERIA[name].evidence] for name in names], dtype=np.float32)
        return found.rows, fit_of(evidence, floors, self.need, self.table, found.rows, self.weights)


def _joined(parts: Sequence[_Some]) -> _Some:
    """Return ``parts``, of whom the same is known, as one."""
    if len(parts) == 1:
        return parts[0]
    if not parts:
        return _Some(np.empty(0, dtype=np.intp), np.empty(0, dtype=np.float32), np.empty(0, dtype=np.float32))
    return _Some(
        np.concatenate([part.rows for part in parts]),
        np.concatenate([part.lines for part in parts]),
        np.concatenate([part.most for part in parts]),
        {name: np.concatenate([part.evidence[name] for part in parts]) for name in parts[0].evidence},
        {name: np.concatenate([part.at_most[name] for part in parts]) for name in parts[0].at_most},
    )
