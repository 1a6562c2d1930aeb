"""Flows between mentees and mentors, solved by OR-Tools. Its solvers do not return prices; they are computed here.

The largest matching is a maximum flow, and its minimum cut a smallest vertex cover (König, 1931). The best assignment
is a flow of minimum cost (cost scaling, Goldberg, 1997), and its prices are longest paths in the residual graph.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from ortools.graph.python import max_flow, min_cost_flow

from matching.engine.assignment.problem import MAX_SUM
from matching.engine.assignment.scores import BadCohort, Ints, Scored
from matching.engine.columns import Bools


class SolverFault(RuntimeError):
    """The solver gave no optimum, or one that its prices do not prove. It is a fault of the program, not of input."""


@dataclass(frozen=True, eq=False, slots=True)
class Cut:
    """A smallest vertex cover: each pair has its mentee in ``mentees`` or its mentor in ``mentors``, both masks.

    ``matched`` people are possible, and not more: the covered mentees and the places of the covered mentors.
    """

    matched: int
    mentees: Bools
    mentors: Bools


@dataclass(frozen=True, eq=False, slots=True)
class Flow:
    """``mentor_of``: shape (N,), -1 for nobody. ``prices``: shape (M,); together with them it is provably optimal."""

    mentor_of: Ints
    prices: Ints


@dataclass(frozen=True, eq=False, slots=True)
class Units:
    """Places with equal value: ``count`` places of ``mentor``, each worth ``value``. The values of a mentor fall."""

    mentor: Ints
    count: Ints
    value: Ints


class Network:
    """The nodes of a cohort, in an order drawn by ``seed``: among equals nobody gains from being first in a list."""

    def __init__(self, shape: tuple[int, int], places: Ints, seed: int) -> None:
        self.mentees, self.mentors = shape
        self.places = np.minimum(places, self.mentees)
        chance = np.random.default_rng(seed)
        self._mentee_node = chance.permutation(self.mentees)
        self._mentor_node = self.mentees + chance.permutation(self.mentors)
        self._sink, self._source = self.mentees + self.mentors, self.mentees + self.mentors + 1

    def ordered(self, pairs: Scored) -> Scored:
        """Return each pair once, in the order of the nodes."""
        arcs = self._mentee_node[pairs.mentee] * self._sink + self._mentor_node[pairs.mentor]
        return pairs[np.unique(arcs, return_index=True)[1]]

    def cut(self, pairs: Scored) -> Cut:
        """Return how many people the ``ordered`` pairs can match, with the proof that it is not more."""
        if not len(pairs):
            return Cut(0, np.zeros(self.mentees, np.bool_), np.zeros(self.mentors, np.bool_))
        tails, heads = self._mentee_node[pairs.mentee], self._mentor_node[pairs.mentor]
        solver = max_flow.SimpleMaxFlow()
        asking = _distinct(tails)
        solver.add_arcs_with_capacity(np.full(asking.size, self._source), asking, np.ones(asking.size, np.int64))
        solver.add_arcs_with_capacity(tails, heads, np.ones(tails.size, np.int64))
        solver.add_arcs_with_capacity(self._mentor_node, np.full(self.mentors, self._sink), self.places)
        if solver.solve(self._source, self._sink) != solver.OPTIMAL:
            raise SolverFault("The largest matching was not found.")
        reached = np.zeros(self._source + 1, dtype=np.bool_)
        reached[np.asarray(solver.get_source_side_min_cut(), dtype=np.int64)] = True
        asks = np.zeros(self.mentees, dtype=np.bool_)
        asks[pairs.mentee] = True
        return Cut(int(solver.optimal_flow()), asks & ~reached[self._mentee_node], reached[self._mentor_node])

    def best(self, pairs: Scored, values: Ints, units: Units, possible: Bools | None = None) -> Flow:
        """Return the assignment with the highest sum of the ``values`` of its pairs and units. Nobody must be matched.

        ``pairs`` are ``ordered``. ``possible``: a mask of those that may be in it, if the others are known not to be.
        The prices are for all pairs. Raises BadCohort if a sum may exceed MAX_SUM.
        """
        most = int(np.abs(values).max(initial=0)) + int(np.abs(units.value).max(initial=0))
        if most * min(self.mentees, int(self.places.sum())) > MAX_SUM:
            raise BadCohort(
                f"Sums of scores may exceed {MAX_SUM:,}; give scores in larger units, or divide the cohort."
            )
        mentor_of = np.full(self.mentees, -1, dtype=np.int64)
        if possible is None:
            possible = np.ones(len(pairs), dtype=np.bool_)
        if possible.any():
            self._solve(pairs[possible], values[possible], units, mentor_of)
        return Flow(mentor_of, prices_of(pairs, values, mentor_of, units, self.mentors))

    def nearest(self, pairs: Scored, values: Ints, units: Units, flow: Flow, utilities: Ints, before: Ints) -> Flow:
        """Return the assignment that is as good as ``flow``, and differs from ``before`` for the fewest mentees.

        The best assignments are those that use pairs without slack only, match each mentee with a utility, and use
        each place that earns something (complementary slackness).
        """
        tight = values == utilities[pairs.mentee] + flow.prices[pairs.mentor]
        some = pairs[tight]
        earned = units.value + flow.prices[units.mentor]
        used = earned >= 0
        # A pair that is kept counts one. So does somebody who stays free: a pair takes it away.
        # One mentee with a utility, or one place that earns, counts more than all of these.
        needed = 2 * self.mentees + 1
        kept = np.where(before[some.mentee] < 0, -1, before[some.mentee] == some.mentor).astype(np.int64)
        kept += needed * (utilities[some.mentee] > 0)
        needs = Units(units.mentor[used], units.count[used], needed * (earned[used] > 0))
        mentor_of = np.full(self.mentees, -1, dtype=np.int64)
        if len(some):
            self._solve(some, kept, needs, mentor_of)
        return Flow(mentor_of, flow.prices)

    def _solve(self, pairs: Scored, values: Ints, units: Units, mentor_of: Ints) -> None:
        tails, heads = self._mentee_node[pairs.mentee], self._mentor_node[pairs.mentor]
        asking = _distinct(tails)
        solver = min_cost_flow.SimpleMinCostFlow()
        ones = np.ones(tails.size, np.int64)
        arcs = solver.add_arcs_with_capacity_and_unit_cost(tails, heads, ones, -values)
        count = np.minimum(units.count, self.mentees)
        sinks = np.full(count.size, self._sink)
        solver.add_arcs_with_capacity_and_unit_cost(self._mentor_node[units.mentor], sinks, count, -units.value)
        ones = np.ones(asking.size, np.int64)
        # To stay free is always possible, and counts nothing.
        solver.add_arcs_with_capacity_and_unit_cost(asking, np.full(asking.size, self._sink), ones, 0 * ones)
        solver.set_nodes_supplies(asking, ones)
        solver.set_node_supply(self._sink, -asking.size)
        status = solver.solve()
        if status != solver.OPTIMAL:
            raise SolverFault(f"The flow of minimum cost ended with status {status}.")
        chosen = np.asarray(solver.flows(arcs)) > 0
        mentor_of[pairs.mentee[chosen]] = pairs.mentor[chosen]


def _distinct(ascending: Ints) -> Ints:
    """Return each of the ``ascending`` numbers once."""
    return ascending[np.concatenate(([True], ascending[1:] != ascending[:-1]))]


def prices_of(pairs: Scored, values: Ints, mentor_of: Ints, units: Units, mentors: int) -> Ints:
    """Return the lowest prices that prove the assignment optimal, shape (mentors,).

    A mentee takes the mentor with the highest value less price, if that is above 0. A mentor gives a place if its value
    and price sum to 0 or more. Raises SolverFault if no prices prove it.
    """
    matched = mentor_of >= 0
    load = np.bincount(mentor_of[matched], minlength=mentors)
    lowest, highest = _price_ranges(load, units, mentors)
    prices = lowest.copy()
    own = mentor_of[pairs.mentee]
    value_of = np.zeros(mentor_of.size, dtype=np.int64)
    taken = own == pairs.mentor
    value_of[pairs.mentee[taken]] = values[taken]
    np.maximum.at(prices, pairs.mentor[own < 0], values[own < 0])

    # An arc from the own mentor to another: the other must cost at least so much more.
    other = np.flatnonzero((own >= 0) & ~taken)
    other = other[np.argsort(own[other], kind="stable")]
    heads, gains = pairs.mentor[other], values[other] - value_of[pairs.mentee[other]]
    starts = np.searchsorted(own[other], np.arange(mentors + 1))
    raised = np.flatnonzero(starts[1:] > starts[:-1])
    for _ in range(mentors + 1):
        if not raised.size:
            break
        counts = starts[raised + 1] - starts[raised]
        arcs = np.repeat(starts[raised] - np.cumsum(counts) + counts, counts) + np.arange(counts.sum())
        asked = np.repeat(prices[raised], counts) + gains[arcs]
        before = prices.copy()
        np.maximum.at(prices, heads[arcs], asked)
        raised = np.flatnonzero(prices > before)
    if raised.size or (prices > highest).any() or (prices[mentor_of[matched]] > value_of[matched]).any():
        raise SolverFault("The assignment is not optimal: no prices prove it.")
    return prices


def _price_ranges(load: Ints, units: Units, mentors: int) -> tuple[Ints, Ints]:
    """Return the lowest and the highest price of each mentor at which they would give exactly ``load`` places."""
    highest: Ints = np.full(mentors, np.iinfo(np.int64).max // 4)
    lowest: Ints = np.zeros(mentors, dtype=np.int64)
    # Units of a mentor are in the order of falling values.
    before = np.zeros(mentors, dtype=np.int64)
    for rows in _ranks(units.mentor):
        mentor, value, count = units.mentor[rows], units.value[rows], units.count[rows]
        first = before[mentor]
        used = (load[mentor] > first) | (first == 0)
        lowest[mentor[used]] = -value[used]
        left = load[mentor] < first + count
        untouched = left & (highest[mentor] == np.iinfo(np.int64).max // 4)
        highest[mentor[untouched]] = -value[untouched]
        before[mentor] += count
    return lowest, highest


def _ranks(owner: Ints) -> list[NDArray[Any]]:
    """Return the first unit of each owner, then the second of each, and so on."""
    if not owner.size:
        return []
    order = np.argsort(owner, kind="stable")
    starts = np.flatnonzero(np.concatenate(([True], np.diff(owner[order]) > 0)))
    place = np.arange(owner.size) - np.repeat(starts, np.diff(np.append(starts, owner.size)))
    return [order[place == rank] for rank in range(int(place.max()) + 1)]
