"""Suggest mentors for a need: rules, fit, rank, reasons."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from matching.engine.checks import check_need
from matching.engine.columns import Bools
from matching.engine.facts import Need
from matching.engine.rank import Ranked, Read, rank, read_nothing
from matching.engine.reasons import Pair, reasons_for_mentee, reasons_for_mentor
from matching.engine.rules import RULES, eligible, violations
from matching.engine.score import Fit, Weights, points, weights_of
from matching.engine.table import MentorTable
from matching.engine.vocabulary import Vocabulary

# For tests and tools: English sentences, with codes instead of names.
ENGLISH_CODES = Vocabulary()


@dataclass(frozen=True, slots=True)
class CriterionScore:
    """One criterion of a suggestion. ``score``: measured, in [0, 1], four decimals. None: not stated.

    ``weight``: its maximum in points. ``points``: its part of the fit. ``assumed``: ``points`` come from the floor
    for missing data and low values, not from the measured score.
    """

    score: float | None
    weight: float
    points: int
    assumed: bool


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One eligible mentor. ``rank`` counts from 1. ``fit`` is whole points from 0 to 100, ``score`` in [0, 1].

    The points of ``criteria`` add up to ``fit``. Three more lines change the rank only, in points: ``load_cost`` and
    ``silence_cost`` (requests without an answer) are subtracted, ``interest_bonus`` (topics to explore) is added.
    ``reasons`` are for the mentee, ``mentor_reasons`` for the mentor. ``is_worth_proposing``: as in ``rank``.
    """

    mentor_id: int
    rank: int
    fit: int
    score: float
    load_cost: float
    silence_cost: float
    interest_bonus: float
    criteria: Mapping[str, CriterionScore]
    reasons: tuple[str, ...]
    mentor_reasons: tuple[str, ...]
    is_worth_proposing: bool


@dataclass(frozen=True, slots=True)
class Ineligible:
    """A mentor who cannot be suggested, and the names of all broken rules, in the order of RULES."""

    mentor_id: int
    rules: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Suggestions:
    """The answer to one need. It reads from the table, and is valid until the table changes.

    ``broken``: the ``violations`` of every mentor in the table. ``order``: all eligible mentors. ``count`` limits
    ``ids`` and ``ranked``. ``vocabulary`` as in ``suggest``.
    """

    need: Need
    table: MentorTable
    weights: Weights
    vocabulary: Callable[[str], Vocabulary]
    broken: Bools
    order: Ranked
    count: int | None

    @property
    def ids(self) -> list[int]:
        """The mentors of ``ranked``, without their reasons, which take most of the time."""
        ids: list[int] = self.table.ids[self.order.rows[: self.count]].tolist()
        return ids

    @cached_property
    def ranked(self) -> tuple[Suggestion, ...]:
        """The best ``count`` suggestions, or all of them, best first."""
        return tuple(self.suggestion(index) for index in range(len(self.ids)))

    @cached_property
    def ineligible(self) -> tuple[Ineligible, ...]:
        """All mentors who cannot be suggested, by id."""
        out = np.flatnonzero(self.broken.any(axis=1))
        by_id = out[np.argsort(self.table.ids[out])]
        return tuple(Ineligible(int(self.table.ids[row]), self._rules(row)) for row in by_id)

    @cached_property
    def removed(self) -> dict[str, int]:
        """Number of mentors that each rule removes, alone or with others. Rules that remove nobody are left out."""
        counts = [int(np.count_nonzero(column)) for column in self.broken.T]
        return {rule.name: count for rule, count in zip(RULES, counts, strict=True) if count}

    @property
    def main_obstacle(self) -> str | None:
        """The rule that removes most mentors, of those that the mentee could change; of all if there is none."""
        changeable = [rule.name for rule in RULES if rule.changeable and rule.name in self.removed]
        return max(changeable or self.removed, key=self.removed.__getitem__, default=None)

    @cached_property
    def worth_count(self) -> int:
        """The number of mentors who are worth proposing. They come first."""
        return self.order.worth_count

    def _rules(self, row: int) -> tuple[str, ...]:
        return tuple(RULES[rule].name for rule in np.flatnonzero(self.broken[row]))

    def suggestion(self, index: int) -> Suggestion:
        """Return the suggestion at ``index`` of ``order``, which counts from 0."""
        order, row = self.order, int(self.order.rows[index])
        criteria, whole = criterion_scores(self.weights, order.judged, index)
        earned = {
            name: criterion.weight * criterion.score
            for name, criterion in criteria.items()
            if criterion.score is not None
        } | {"interest": float(order.interest_bonus[index])}
        mentor_id = int(self.table.ids[row])
        words = self.vocabulary(self.need.reads_in)
        pair = Pair.of(self.need, self.table, row, words, order.sentences.get(mentor_id))
        return Suggestion(
            mentor_id=mentor_id,
            rank=index + 1,
            fit=whole,
            score=float(order.judged.score[index]),
            load_cost=float(order.load_cost[index]),
            silence_cost=float(order.silence_cost[index]),
            interest_bonus=float(order.interest_bonus[index]),
            criteria=criteria,
            reasons=reasons_for_mentee(pair, earned),
            mentor_reasons=reasons_for_mentor(pair.read_by(self.vocabulary(pair.mentor.reads_in)), earned),
            is_worth_proposing=index < self.worth_count,
        )


def criterion_scores(weights: Weights, judged: Fit, index: int) -> tuple[dict[str, CriterionScore], int]:
    """Return the criteria of the mentor at ``index``, and the fit, which is the sum of their points."""
    measured, used = judged.criteria[index], judged.assumed[index]
    whole = points(used, weights)
    return {
        name: CriterionScore(
            score=None if np.isnan(value) else round(float(value), 4),
            weight=weight,
            points=earned,
            assumed=bool(value != assumed),
        )
        for name, weight, value, assumed, earned in zip(
            weights.names, weights.points, measured, used, whole, strict=True
        )
    }, sum(whole)


def suggest(
    need: Need,
    table: MentorTable,
    *,
    count: int | None = None,
    weights: Weights | None = None,
    vocabulary: Callable[[str], Vocabulary] | None = None,
    read: Read = read_nothing,
    despite: Collection[str] = (),
) -> Suggestions:
    """Return the eligible mentors of ``table`` for ``need`` in order. Only the first ``count`` suggestions are built.

    Everybody is ranked, so that ``count`` changes no value. Mentors who are worth proposing come first. Then
    the order is by rank (fit, less up to 10 points for load and up to 10 for silence, plus up to 3 for interest),
    then fit, then id. ``weights`` default to ``weights_of(need)``.

    ``vocabulary`` gives the words for the language in which the mentee, or a mentor, reads. ``read`` as
    in ``rank``: without it nobody is quoted. The rules named in ``despite`` remove nobody.

    Raises ValueError for a need that cannot be judged, and for a count below 1.
    """
    check_need(need)
    _check_text(need, table)
    if count is not None and count < 1:
        raise ValueError(f"{count} mentors are wanted; ask for one at least.")
    weights = weights or weights_of(need)
    broken = violations(need, table)
    broken[:, [rule.name in despite for rule in RULES]] = False
    return Suggestions(
        need=need,
        table=table,
        weights=weights,
        vocabulary=vocabulary or (lambda reads_in: ENGLISH_CODES),
        broken=broken,
        order=rank(need, table, eligible(broken), weights, read),
        count=count,
    )


def _check_text(need: Need, table: MentorTable) -> None:
    """Raise ValueError for a text vector with other dimensions than the mentors'."""
    if table.texts is None:
        return
    for name in ("text", "question"):
        vector = getattr(need, name)
        if vector is not None and vector.size != table.texts.width:
            raise ValueError(
                f"Mentee {need.mentee_id}: {name} has {vector.size} dimensions; the mentors' have {table.texts.width}: "
                "use one encoder for both."
            )
