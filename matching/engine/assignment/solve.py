"""Assign a cohort: the best assignment by its policy over all eligible pairs, with a certificate."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.engine.assignment.certificate import Certificate, Cover
from matching.engine.assignment.flow import Cut, Flow, Network, SolverFault, Units
from matching.engine.assignment.problem import Policy, Problem, bonus_of
from matching.engine.assignment.scores import BEYOND, Ints, Scored
from matching.engine.columns import Bools

# The best pairs of each mentee and of each mentor are solved first. Others are added while a price lets them in.
FIRST_PAIRS = 20
ADDED_PAIRS = 20
STEPS_FROM_ABOVE = 20

Progress = Callable[[str, int], None]


@dataclass(frozen=True, slots=True, order=True)
class Value:
    """How good an assignment is. ``worst`` and ``total`` are in units of the score, ``worst`` -1 without a pair."""

    matched: int
    worst: int
    total: int


@dataclass(frozen=True, eq=False)
class Assignment:
    """The best assignment of ``problem``, and its proof.

    ``mentor_of``: the mentor of each mentee, shape (N,), -1 for nobody. ``considered``: pairs that suffice to find it.
    ``rounds``: how many flows were solved.
    """

    problem: Problem
    mentor_of: Ints
    certificate: Certificate
    considered: Scored
    rounds: int

    @property
    def value(self) -> Value:
        matched = np.flatnonzero(self.mentor_of >= 0)
        scores = self.problem.scores.of(matched, self.mentor_of[matched])
        return Value(matched.size, int(scores.min()) if scores.size else -1, int(scores.sum()))

    @property
    def pairs(self) -> list[tuple[int, int]]:
        """The pairs (mentee, mentor), by mentee."""
        return [(int(mentee), int(self.mentor_of[mentee])) for mentee in np.flatnonzero(self.mentor_of >= 0)]

    @property
    def load(self) -> Ints:
        """The number of mentees of each mentor, shape (M,)."""
        load: Ints = np.bincount(self.mentor_of[self.mentor_of >= 0], minlength=self.problem.capacity.size)
        return load


def assign(problem: Problem, *, like: Assignment | None = None, progress: Progress | None = None) -> Assignment:
    """Return the best assignment by the policy of ``problem``, with its certificate.

    ``like``: an assignment of the same scores, before an edit. Of all that are equally good by the pairs
    looked at, the one that moves the fewest mentees is returned, in less time. Without it the seed draws. ``progress``
    is called with the name of a step ("pairs", "cover", "threshold", "flow") and the number of pairs it looks at.

    Raises BadCohort if sums of scores may be inexact.
    """
    return _Search(problem, like, progress or (lambda step, pairs: None)).run()


class _Search:
    """One search. ``pairs`` only grows: the pairs that were looked at so far, without pins and bans."""

    def __init__(self, problem: Problem, like: Assignment | None, progress: Progress) -> None:
        self.problem, self.progress = problem, progress
        self.mentees, self.mentors = problem.scores.shape
        self.network = Network(problem.scores.shape, problem.left, problem.seed)
        self.is_free = np.zeros(self.mentees, dtype=np.bool_)
        self.is_free[problem.free] = True
        self.rounds = 0
        first = problem.scores.best(FIRST_PAIRS) if like is None else Scored.joined([like.considered, _chosen(like)])
        self.guess = like.certificate.threshold if like is not None else None
        self.before = like.mentor_of if like is not None else None
        self.pairs = self.network.ordered(self._allowed(first))
        progress("pairs", len(self.pairs))

    def run(self) -> Assignment:
        problem, bonus = self.problem, bonus_of(self.problem)
        most = higher = None
        threshold = 0
        if problem.policy is Policy.BOTTLENECK:
            cut = self._cut(0)
            threshold, above = self._threshold(cut)
            most, higher = _cover(cut), _cover(above)
        flow, utilities = self._priced(threshold, bonus)
        mentor_of = flow.mentor_of
        for mentee, mentor in problem.pins:
            mentor_of[mentee] = mentor
        prices = np.where(problem.left > 0, flow.prices, 0)
        certificate = Certificate(
            policy=str(problem.policy),
            capacity=_plain(problem.capacity),
            pins=tuple(sorted(problem.pins)),
            bans=tuple(sorted(problem.bans)),
            load_step=problem.load_step,
            seed=problem.seed,
            bonus=bonus,
            threshold=threshold,
            mentor_of=_plain(mentor_of),
            prices=_plain(prices),
            utilities=_plain(utilities),
            most=most,
            higher=higher,
        )
        return Assignment(problem, mentor_of, certificate, self.pairs, self.rounds)

    def _allowed(self, pairs: Scored) -> Scored:
        """Return ``pairs`` without those of pinned mentees, forbidden ones, and mentors without a place."""
        allowed = self.is_free[pairs.mentee] & (self.problem.left[pairs.mentor] > 0)
        allowed &= ~self.problem.forbids(pairs)
        return pairs if allowed.all() else pairs[allowed]

    def _add(self, utilities: Ints, prices: Ints, least: int) -> bool:
        """Add pairs that exceed utilities and prices. Return False if there is none."""
        utilities = np.where(self.is_free, utilities, BEYOND)
        prices = np.where(self.problem.left > 0, prices, BEYOND)
        # A forbidden pair may hide others of its mentee.
        most = ADDED_PAIRS + self._most_bans()
        found = self._allowed(self.problem.scores.above(utilities, prices, least=least, most=most))
        if not len(found):
            return False
        before = len(self.pairs)
        self.pairs = self.network.ordered(Scored.joined([self.pairs, found]))
        if len(self.pairs) == before:
            raise SolverFault("A pair that was looked at is not within its price.")
        return True

    def _most_bans(self) -> int:
        """Return the largest number of forbidden mentors of one mentee."""
        return max(Counter(mentee for mentee, _ in self.problem.bans).values(), default=0)

    def _cut(self, least: int) -> Cut:
        """Return the largest matching by all eligible pairs with a score of ``least`` or more."""
        while True:
            self.rounds += 1
            cut = self.network.cut(self.pairs[self.pairs.score >= least])
            self.progress("cover", len(self.pairs))
            if not self._add(_beyond(cut.mentees, -1), _beyond(cut.mentors, 0), least):
                return cut

    def _threshold(self, cut: Cut) -> tuple[int, Cut]:
        """Return the highest score above which as many people can be matched as by ``cut``, and the next cut.

        The search is among the pairs looked at. That more is not possible is proven by all pairs.
        """
        if not cut.matched:
            return 0, cut
        # All scores count if nobody has less.
        least = 0
        while True:
            least = self._highest(cut.matched, least)
            above = self._cut(least + 1)
            if above.matched < cut.matched:
                return least, above
            least += 1

    def _highest(self, matched: int, least: int) -> int:
        """Return the highest score that still lets ``matched`` people be matched by the pairs looked at.

        ``least`` is known to do so. The search comes from above: the cover of a score that is too high tells how many
        more mentees need a pair outside of it, and so the next score that is possible.
        """
        levels = np.unique(self.pairs.score[self.pairs.score >= least])
        low, high = 0, levels.size - 1
        if self.guess is not None:
            guess, self.guess = int(np.searchsorted(levels, self.guess)), None
            if low < guess <= high:
                bound = self._bound(int(levels[guess]), matched)
                low, high = (guess, high) if bound is None else (low, int(np.searchsorted(levels, bound)))
                if bound is None and guess < high:
                    bound = self._bound(int(levels[guess + 1]), matched)
                    low, high = (guess + 1, high) if bound is None else (guess, guess)
        steps = 0
        while low < high:
            # A few steps are enough in practice; halving bounds their number.
            middle = high if steps < STEPS_FROM_ABOVE else (low + high + 1) // 2
            steps += 1
            bound = self._bound(int(levels[middle]), matched)
            if bound is None:
                low = middle
            else:
                high = max(low, int(np.searchsorted(levels, bound)))
        return int(levels[low])

    def _bound(self, least: int, matched: int) -> int | None:
        """Return None if pairs with a score of ``least`` or more match ``matched`` people; else the most that could.

        Each of those who are missing needs a pair outside of the cover.
        """
        self.rounds += 1
        pairs = self.pairs[self.pairs.score >= least]
        self.progress("threshold", len(pairs))
        cut = self.network.cut(pairs)
        if cut.matched == matched:
            return None
        outside = ~cut.mentees[self.pairs.mentee] & ~cut.mentors[self.pairs.mentor]
        best = np.full(self.mentees, -1, dtype=np.int64)
        np.maximum.at(best, self.pairs.mentee[outside], self.pairs.score[outside])
        missing = matched - cut.matched
        return int(np.partition(best, -missing)[-missing])

    def _priced(self, threshold: int, bonus: int) -> tuple[Flow, Ints]:
        """Return the best flow, and the utilities of the mentees, after no eligible pair is above its price."""
        units = units_of(self.problem, bonus)
        flow = utilities = None
        while True:
            self.rounds += 1
            pairs = self.pairs[self.pairs.score >= threshold]
            values = pairs.score + bonus
            possible = None
            if flow is not None and utilities is not None:
                possible = _possible(pairs, values, utilities, flow.prices)
            flow = self.network.best(pairs, values, units, possible)
            self.progress("flow", len(pairs))
            utilities = _utilities(pairs, values, flow.prices, self.mentees)
            if not self._add(utilities - bonus, flow.prices, threshold):
                if self.before is not None:
                    flow = self.network.nearest(pairs, values, units, flow, utilities, self.before)
                return flow, utilities


def _utilities(pairs: Scored, values: Ints, prices: Ints, mentees: int) -> Ints:
    """Return the most that each mentee gets at these prices, 0 or more."""
    utilities = np.zeros(mentees, dtype=np.int64)
    np.maximum.at(utilities, pairs.mentee, values - prices[pairs.mentor])
    return utilities


def _possible(pairs: Scored, values: Ints, utilities_before: Ints, prices: Ints) -> Bools:
    """Return which ``pairs`` can be in the best flow, after pairs were added to one with these prices (a mask).

    ``utilities_before``: those without the added pairs. They proved that flow; ``utilities`` and the prices bound every
    flow with them (weak duality), which so gains ``gap`` at most. A pair that is further than that below its price
    would lose more than the gain (fixing by reduced costs; Nemhauser and Wolsey, 1988, II.5.2).
    """
    utilities = _utilities(pairs, values, prices, utilities_before.size)
    gap = int((utilities - utilities_before).sum())
    return utilities[pairs.mentee] + prices[pairs.mentor] - values <= gap


def units_of(problem: Problem, bonus: int) -> Units:
    """Return the places that pins leave, with what each is worth by the policy."""
    mentor = np.flatnonzero(problem.left > 0)
    left = problem.left[mentor]
    if problem.policy is Policy.BALANCED:
        left = np.minimum(left, problem.scores.shape[0])
        owner = np.repeat(mentor, left)
        place = np.arange(owner.size) - np.repeat(np.cumsum(left) - left, left)
        return Units(owner, np.ones_like(owner), -problem.load_step * (problem.pinned[owner] + place))
    if problem.policy is Policy.EVERY_MENTOR:
        idle = mentor[problem.pinned[mentor] == 0]
        more = np.concatenate([mentor[problem.pinned[mentor] > 0], idle])
        count = np.concatenate([problem.left[mentor[problem.pinned[mentor] > 0]], problem.left[idle] - 1])
        more, count = more[count > 0], count[count > 0]
        return Units(
            np.concatenate([idle, more]),
            np.concatenate([np.ones_like(idle), count]),
            np.concatenate([np.full_like(idle, bonus), np.zeros_like(count)]),
        )
    return Units(mentor, left, np.zeros_like(left))


def _chosen(assignment: Assignment) -> Scored:
    """Return the pairs of an assignment. Those that were pinned are not among its considered ones."""
    mentee = np.flatnonzero(assignment.mentor_of >= 0)
    mentor = assignment.mentor_of[mentee]
    score = assignment.problem.scores.of(mentee, mentor)
    return Scored(mentee.astype(np.int32), mentor.astype(np.int32), score)


def _beyond(covered: Bools, otherwise: int) -> Ints:
    found: Ints = np.where(covered, BEYOND, otherwise).astype(np.int64)
    return found


def _cover(cut: Cut) -> Cover:
    return Cover(cut.matched, _plain(np.flatnonzero(cut.mentees)), _plain(np.flatnonzero(cut.mentors)))


def _plain(values: NDArray[np.integer]) -> tuple[int, ...]:
    return tuple(values.tolist())
