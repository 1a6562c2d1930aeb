"""The score: a weighted sum of criteria, with values for missing data, and in whole points.

Three promises hold exactly. Missing data counts as half the population mean. More evidence never lowers a score. An
empty profile never beats a full one that is equal otherwise. Two kinds of facts replace evidence and may lower a
score: a higher level (``steps_ahead``), and a career step inserted between others (``transitions``).
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

# Missing data counts as this share of the population mean, and so does any value below it. With 1, all values below the
# mean would count the same. With 0, a thin profile would be punished.
NOT_STATED_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class Weights:
    """Weights of criteria: ``values[i]`` for ``names[i]``. Only their ratios matter.

    Criteria that are not named are not used. Raises ValueError for an unknown name, a name that occurs twice, a value
    that is negative or not finite, and a sum that is zero or not finite.
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
        """The maximum of each criterion, in points. They sum to 100."""
        total = sum(self.values)
        return tuple(100.0 * value / total for value in self.values)


DEFAULT_WEIGHTS = Weights(
    names=("needs", "path", "goal", "text", "field", "steps_ahead", "language", "availability"),
    values=(30.0, 20.0, 10.0, 12.0, 8.0, 8.0, 5.0, 7.0),
    version="1.1",
)

# Share of an unknown skill's weight that moves from ``needs`` to ``text``.
MEANING_SHARE = 0.9

# For these goals the same career transition helps most. For a single session, the skills asked for and a time soon do.
KIND_FACTORS: Mapping[str, Mapping[str, float]] = {
    "job_abroad": {"path": 1.5},
    "academia_to_industry": {"path": 1.5},
}
FORMAT_FACTORS: Mapping[str, Mapping[str, float]] = {"one_off": {"needs": 1.25, "availability": 1.5}}


def weights_for(goal_kind: str, format: str) -> Weights:
    """Return the default weights, adjusted to a kind of goal and a format. ``version`` names the adjustments."""
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
    """Return the weights for ``need``: those of its kind and format, with weight moved from ``needs`` to ``text``.

    Mentors hardly ever teach a skill that the taxonomy does not know, so ``needs`` would be 0 for everybody.
    MEANING_SHARE of the weight of each unknown skill is moved, and all of it if the need names no skill. Nothing is
    moved without a text. The weights are the same for all mentors, so that scores can be compared.
    """
    weights = weights_for(need.goal.kind, need.format)
    if need.text is None:
        return weights
    unknown = sum(not term.known for term in need.needs) / len(need.needs) * MEANING_SHARE if need.needs else 1.0
    if not unknown:
        return weights
    values = dict(zip(weights.names, weights.values, strict=True))
    moved = values["needs"] * unknown
    values |= {"needs": values["needs"] - moved, "text": values["text"] + moved}
    return Weights(weights.names, tuple(values.values()), f"{weights.version}+meaning")


@dataclass(frozen=True, slots=True)
class Fit:
    """The fit of n mentors to a need, with C criteria in the order of ``Weights.names``.

    ``score``: shape (n,), in [0, 1]. ``criteria``: shape (n, C), the measured values in [0, 1], NaN if not stated.
    ``assumed``: shape (n, C), the values in the weighted sum, with floors for missing data and low values.
    """

    score: NDArray[np.float64]
    criteria: Floats
    assumed: Floats


def fit(need: Need, table: MentorTable, rows: Rows, weights: Weights) -> Fit:
    """Return the fit of the mentors in ``rows`` to ``need``, in the order of ``rows``.

    More evidence never lowers a score. Scores under different weights must not be compared.
    """
    criteria = [CRITERIA[name] for name in weights.names]
    evidence = np.stack([criterion.evidence(need, table, rows) for criterion in criteria], axis=1)
    stated = np.stack([criterion.is_stated(need, table, rows) for criterion in criteria], axis=1)
    assumed = np.maximum(evidence, floors(need, table, weights))
    # Summed in order, as in ``points``. A matrix product may round equal rows differently.
    added: NDArray[np.float64] = np.cumsum(assumed * np.array(weights.points, dtype=np.float64), axis=1)
    return Fit(np.minimum(added[:, -1] / 100.0, 1.0), np.where(stated, evidence, np.float32(np.nan)), assumed)


def floors(need: Need, table: MentorTable, weights: Weights) -> Floats:
    """Return the lowest value that each criterion counts with, shape (C,): NOT_STATED_SHARE of the population mean.

    Missing data counts as 0 in the mean, which is taken over ``MentorTable.sample``. A mean over stated values would
    fall when a mentor adds a modest fact, and with it the mentor's own score; over all mentors it can only rise. A
    mean over eligible mentors would change with unrelated rules.
    """
    rows = table.sample
    means = [
        float(CRITERIA[name].evidence(need, table, rows).sum(dtype=np.float64)) / max(1, rows.size)
        for name in weights.names
    ]
    return np.array([NOT_STATED_SHARE * mean for mean in means], dtype=np.float32)


def points(values: Floats, weights: Weights) -> tuple[int, ...]:
    """Return whole points for each criterion. Their sum is the rounded total (largest remainder method, Hamilton).

    ``values``: the assumed values of one mentor, shape (C,). Halves of the total round up. Equal remainders are served
    in the order of the criteria.
    """
    exact = [most * float(value) for most, value in zip(weights.points, values, strict=True)]
    whole = [floor(part) for part in exact]
    missing = floor(sum(exact) + 0.5) - sum(whole)
    by_remainder = sorted(range(len(exact)), key=lambda index: (whole[index] - exact[index], index))
    for index in by_remainder[: max(0, missing)]:
        whole[index] += 1
    return tuple(whole)
