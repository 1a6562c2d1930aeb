"""From a need to mentors in order: rules, fit, rank, reasons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from matching.engine.checks import check_need
from matching.engine.columns import Bools, Rows
from matching.engine.facts import Need
from matching.engine.reasons import Pair, reasons_for_mentee, reasons_for_mentor
from matching.engine.rules import RULES, violations
from matching.engine.score import Fit, Weights, fit, points, weights_of
from matching.engine.table import MentorTable
from matching.engine.vocabulary import Vocabulary

# What a full mentor's rank loses against an idle one's of the same fit, in points.
FULL_LOAD_COST = 10.0


@dataclass(frozen=True, slots=True)
class CriterionScore:
    """``score`` in [0, 1] as measured, to four decimals, None: not stated. ``weight``: its points at most.

    ``points`` are those it adds. ``assumed``: they rest on what is usual, not on what was measured.
    """

    score: float | None
    weight: float
    points: int
    assumed: bool


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One eligible mentor. ``rank`` counts from 1, ``fit`` is whole points 0 to 100, ``score`` in [0, 1].

    ``load_cost`` is what being busy takes from the rank, in points; it is not in the fit. The points of
    ``criteria`` add up to ``fit``. ``reasons`` are for the mentee, ``mentor_reasons`` for the mentor.
    """

    mentor_id: int
    rank: int
    fit: int
    score: float
    load_cost: float
    criteria: Mapping[str, CriterionScore]
    reasons: tuple[str, ...]
    mentor_reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ineligible:
    """A mentor who cannot be suggested, and the names of all rules that say so, in the order of RULES."""

    mentor_id: int
    rules: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Suggestions:
    """The answer to one need: each mentor of the table is in exactly one of ``ranked`` and ``ineligible``.

    ``rows`` are the eligible mentors' rows, best first; ``judged`` and ``load_cost`` are in the same order;
    ``broken`` has shape (M, len(RULES)). Values for people are built from these when they are asked for:
    ``first`` costs only what it returns.
    """

    need: Need
    table: MentorTable
    weights: Weights
    vocabulary: Vocabulary
    rows: Rows
    judged: Fit
    load_cost: NDArray[np.float64]
    broken: Bools

    @cached_property
    def ranked(self) -> tuple[Suggestion, ...]:
        """All eligible mentors, best first."""
        return self.first(self.rows.size)

    @cached_property
    def ineligible(self) -> tuple[Ineligible, ...]:
        """All others, by id."""
        names = [rule.name for rule in RULES]
        return tuple(
            Ineligible(int(self.table.ids[row]), tuple(names[rule] for rule in np.flatnonzero(self.broken[row])))
            for row in np.flatnonzero(self.broken.any(axis=1))
        )

    @cached_property
    def removed(self) -> dict[str, int]:
        """How many mentors each rule removes, alone or with others; rules that remove nobody are left out."""
        counts = self.broken.sum(axis=0)
        return {rule.name: int(count) for rule, count in zip(RULES, counts, strict=True) if count}

    @property
    def main_obstacle(self) -> str | None:
        """The rule that removes most mentors of those that the mentee could do something about, else of all."""
        changeable = [rule.name for rule in RULES if rule.changeable and rule.name in self.removed]
        return max(changeable or self.removed, key=self.removed.__getitem__, default=None)

    def first(self, count: int) -> tuple[Suggestion, ...]:
        """Return the best ``count`` eligible mentors, fewer if there are fewer."""
        return tuple(self._suggestion(index) for index in range(min(count, self.rows.size)))

    def _suggestion(self, index: int) -> Suggestion:
        measured, used = self.judged.criteria[index], self.judged.assumed[index]
        whole = points(used, self.weights)
        earned: dict[str, float] = {}
        criteria: dict[str, CriterionScore] = {}
        for column, (name, weight) in enumerate(zip(self.weights.names, self.weights.points, strict=True)):
            value = float(measured[column])
            stated = not np.isnan(value)
            if stated:
                earned[name] = weight * value
            criteria[name] = CriterionScore(
                score=round(value, 4) if stated else None,
                weight=weight,
                points=whole[column],
                assumed=bool(measured[column] != used[column]),
            )
        pair = Pair.of(self.need, self.table, int(self.rows[index]), self.vocabulary)
        return Suggestion(
            mentor_id=int(self.table.ids[self.rows[index]]),
            rank=index + 1,
            fit=sum(whole),
            score=float(self.judged.score[index]),
            load_cost=float(self.load_cost[index]),
            criteria=criteria,
            reasons=reasons_for_mentee(pair, earned),
            mentor_reasons=reasons_for_mentor(pair, earned),
        )


def suggest(
    need: Need,
    table: MentorTable,
    *,
    weights: Weights | None = None,
    vocabulary: Vocabulary | None = None,
) -> Suggestions:
    """Return every mentor of ``table`` for ``need``: the eligible in order, the others with the rules broken.

    ``weights`` None: those of ``weights_of``.
    The order is by rank (fit less up to 10 points by load), then fit, then id; it depends on nothing else.

    Raises ValueError for a need that cannot be judged.
    """
    check_need(need)
    weights = weights or weights_of(need)
    broken = violations(need, table)
    eligible = np.flatnonzero(~broken.any(axis=1))
    judged = fit(need, table, eligible, weights)
    load_cost = FULL_LOAD_COST * table.load[eligible]
    best_first = np.lexsort((table.ids[eligible], -judged.score, load_cost - 100.0 * judged.score))
    return Suggestions(
        need=need,
        table=table,
        weights=weights,
        vocabulary=vocabulary or Vocabulary(),
        rows=eligible[best_first],
        judged=Fit(judged.score[best_first], judged.criteria[best_first], judged.assumed[best_first]),
        load_cost=load_cost[best_first],
        broken=broken,
    )
