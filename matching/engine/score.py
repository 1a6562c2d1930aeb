"""The score: a weighted sum of criteria, what stands in where nothing is stated, and whole points to show.

Three promises hold exactly. What is not stated takes a share of what is usual. More evidence never lowers a
score. An empty profile never beats a full one that is equal otherwise. Two facts correct a picture instead of
adding to it, and may lower a score: a higher level (``steps_ahead``) and a step put between others
(``transitions``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import floor, isfinite

import numpy as np
from numpy.typing import NDArray

from matching.engine.columns import Floats, Rows
from matching.engine.criteria import CRITERIA
from matching.engine.facts import Need
from matching.engine.table import MentorTable

# What is not stated counts for this share of the usual value, and no stated value counts for less. At 1
# whatever is below the usual would be worth the same; at 0 a thin profile would be punished for being thin.
NOT_STATED_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each criterion counts: ``values[i]`` for ``names[i]``. Only their ratios matter.

    The names decide which criteria exist. Raises ValueError for a name that is no criterion or occurs twice,
    for a value that is negative or no number, and if the values sum to zero.
    """

    names: tuple[str, ...]
    values: tuple[float, ...]
    version: str

    def __post_init__(self) -> None:
        if len(self.names) != len(self.values):
            raise ValueError(f"{len(self.names)} names and {len(self.values)} values; give one value for each name.")
        if len(set(self.names)) != len(self.names):
            raise ValueError("A criterion is weighed twice; name each once.")
        for name, value in zip(self.names, self.values, strict=True):
            if name not in CRITERIA:
                raise ValueError(f"{name!r} is no criterion; use some of {', '.join(CRITERIA)}.")
            if not isfinite(value) or value < 0:
                raise ValueError(f"The weight of {name} is {value!r}; give a number of 0 or more.")
        if sum(self.values) <= 0:
            raise ValueError("The weights sum to zero; give at least one criterion some weight.")
        if not isfinite(100.0 * sum(self.values)):
            raise ValueError("The weights sum to more than a number can hold; give smaller ones of the same ratios.")

    @property
    def points(self) -> tuple[float, ...]:
        """The most that each criterion can add, in points; they sum to 100."""
        total = sum(self.values)
        return tuple(100.0 * value / total for value in self.values)


DEFAULT_WEIGHTS = Weights(
    names=("needs", "path", "goal", "text", "field", "steps_ahead", "language", "availability"),
    values=(30.0, 20.0, 10.0, 12.0, 8.0, 8.0, 5.0, 7.0),
    version="1.1",
)

MEANING_SHARE = 0.9

# For these goals the road walked is the help; for a single session what is asked for and a time soon are.
KIND_FACTORS: Mapping[str, Mapping[str, float]] = {
    "job_abroad": {"path": 1.5},
    "academia_to_industry": {"path": 1.5},
}
FORMAT_FACTORS: Mapping[str, Mapping[str, float]] = {"one_off": {"needs": 1.25, "availability": 1.5}}


def weights_for(goal_kind: str, format: str) -> Weights:
    """Return the default weights, shifted for a kind of goal and a format; ``version`` names the shifts."""
    values, version = DEFAULT_WEIGHTS.values, DEFAULT_WEIGHTS.version
    for name, factors in ((goal_kind, KIND_FACTORS.get(goal_kind)), (format, FORMAT_FACTORS.get(format))):
        if factors:
            values = tuple(
                value * factors.get(criterion, 1.0)
                for criterion, value in zip(DEFAULT_WEIGHTS.names, values, strict=True)
            )
            version = f"{version}+{name}"
    return Weights(DEFAULT_WEIGHTS.names, values, version)


def weights_of(need: Need) -> Weights:
    """Return the weights for ``need``: those of its kind and format, less of needs and more of text for odd words.

    Words that the taxonomy does not have can hardly be found among what mentors teach, so that the points for needs
    would be the same, none, for everybody. MEANING_SHARE of each such word's part goes to the comparison by
    meaning, all of it if the need names no skill at all. The same for all mentors, so that their scores compare.
    """
    weights = weights_for(need.goal.kind, need.format)
    if need.text is None:
        return weights
    odd = sum(not term.known for term in need.needs) / len(need.needs) * MEANING_SHARE if need.needs else 1.0
    if not odd:
        return weights
    values = dict(zip(weights.names, weights.values, strict=True))
    moved = values["needs"] * odd
    values |= {"needs": values["needs"] - moved, "text": values["text"] + moved}
    return Weights(weights.names, tuple(values.values()), f"{weights.version}+meaning")


@dataclass(frozen=True, slots=True)
class Fit:
    """How well n mentors fit a need; C criteria in the order of ``Weights.names``.

    ``score`` has shape (n,), in [0, 1]. ``criteria`` has shape (n, C), as measured, NaN where not stated.
    ``assumed`` has shape (n, C), the values that the score sums.
    """

    score: NDArray[np.float64]
    criteria: Floats
    assumed: Floats


def fit(need: Need, table: MentorTable, rows: Rows, weights: Weights) -> Fit:
    """Return how well the mentors in ``rows`` fit ``need``, in the order of ``rows``.

    More evidence never lowers a score. Scores under different weights must not be compared.
    """
    criteria = [CRITERIA[name] for name in weights.names]
    evidence = np.stack([criterion.evidence(need, table, rows) for criterion in criteria], axis=1)
    stated = np.stack([criterion.is_stated(need, table, rows) for criterion in criteria], axis=1)
    assumed = np.maximum(evidence, floors(need, table, weights))
    # Summed one after the other, as ``points`` does. A matrix product may round equal rows differently.
    added: NDArray[np.float64] = np.cumsum(assumed * np.array(weights.points, dtype=np.float64), axis=1)
    return Fit(np.minimum(added[:, -1] / 100.0, 1.0), np.where(stated, evidence, np.float32(np.nan)), assumed)


def floors(need: Need, table: MentorTable, weights: Weights) -> Floats:
    """Return the lowest value that each criterion counts with, shape (C,): NOT_STATED_SHARE of the population mean.

    Missing data counts as 0 in the mean, which is taken over ``MentorTable.sample``. A mean over stated values would
    fall when a mentor adds a modest fact, and with it the mentor's own score; over all mentors it can only rise. A
    mean over eligible mentors would change with unrelated rules.
    """
    rows = table.sample
    usual = [
        float(CRITERIA[name].evidence(need, table, rows).sum(dtype=np.float64)) / max(1, rows.size)
        for name in weights.names
    ]
    return np.array([NOT_STATED_SHARE * mean for mean in usual], dtype=np.float32)


def points(values: Floats, weights: Weights) -> tuple[int, ...]:
    """Return whole points for each criterion, by largest remainder; they add up to the rounded total exactly.

    ``values`` are the assumed values of one mentor, shape (C,). Halves of the total round up; equal
    remainders are served in the order of the criteria.
    """
    exact = [most * float(value) for most, value in zip(weights.points, values, strict=True)]
    whole = [floor(part) for part in exact]
    missing = floor(sum(exact) + 0.5) - sum(whole)
    by_remainder = sorted(range(len(exact)), key=lambda index: (whole[index] - exact[index], index))
    for index in by_remainder[: max(0, missing)]:
        whole[index] += 1
    return tuple(whole)
