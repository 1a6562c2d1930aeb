"""Fit the points of the criteria to the grades of readers.

The grade of a mentor, less the mean grade of the request's mentors, is modelled as a sum of weights times evidence,
less its mean as well. The weights are those of least squares with a penalty (ridge regression; Hoerl and Kennard,
1970), and none is negative, so that more evidence never lowers a score.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.evaluation.graded import EQUAL, normalised_gain

Floats = NDArray[np.float64]

# The penalty on a weight for evidence of standard deviation 1. Any value from 1 to 300 gives about the same order.
PENALTY = 100.0
# Ends of the scale of a cosine, as percentiles of the graded pairs.
SCALE_PERCENTILES = (20, 99)
ROUNDS = 2000


@dataclass(frozen=True, slots=True)
class Judged:
    """One request with n graded mentors. ``evidence``: by criterion, shape (n,); ``grades``: shape (n,).

    Evidence of texts is the cosine itself. ``wanted``: shape (n,), True for those whom every reader would send.
    """

    request: str
    evidence: Mapping[str, Floats]
    grades: Floats
    wanted: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Model:
    """``points`` by criterion, which sum to 100. ``scales``: the ends of each cosine's scale."""

    points: Mapping[str, float]
    scales: Mapping[str, tuple[float, float]]

    def scores(self, one: Judged) -> Floats:
        """Return the fit of the mentors in points, shape (n,)."""
        return matrix(one, list(self.points), self.scales) @ np.array(list(self.points.values()))

    def column(self, one: Judged, name: str) -> Floats:
        """Return the evidence of criterion ``name`` in [0, 1], shape (n,)."""
        return matrix(one, [name], self.scales)[:, 0]


def matrix(one: Judged, names: Sequence[str], scales: Mapping[str, tuple[float, float]]) -> Floats:
    """Return the evidence in [0, 1], shape (n, len(names))."""
    columns = []
    for name in names:
        values = one.evidence[name]
        if name in scales:
            lower, upper = scales[name]
            values = np.clip((values - lower) / (upper - lower), 0, 1)
        columns.append(values)
    return np.stack(columns, axis=1)


def fit_model(judged: Sequence[Judged], names: Sequence[str], cosines: Sequence[str]) -> Model:
    """Return the model of criteria ``names`` for the grades in ``judged``. ``cosines``: those that need a scale.

    Criteria that tell nothing are left out. Raises ValueError, with the remedy, if the grades are too few to fit.
    """
    scales = {}
    for name in names:
        if name in cosines:
            lower, upper = np.percentile(np.concatenate([one.evidence[name] for one in judged]), SCALE_PERCENTILES)
            scales[name] = (round(float(lower), 3), round(float(upper), 3))
            if scales[name][0] == scales[name][1]:
                raise ValueError(f"All cosines of {name} are {scales[name][0]}; grade more pairs.")
    evidence = np.concatenate([_centred(matrix(one, names, scales)) for one in judged])
    grades = np.concatenate([_centred(one.grades) for one in judged])
    weights = non_negative_ridge(evidence, grades, PENALTY * evidence.var(axis=0))
    if not weights.any():
        raise ValueError("No criterion tells the grades apart; grade more pairs.")
    points = 100 * weights / weights.sum()
    kept = {name: round(float(most), 2) for name, most in zip(names, points, strict=True) if most >= 0.05}
    return Model(kept, scales)


def non_negative_ridge(x: Floats, y: Floats, penalty: Floats) -> Floats:
    """Return w of shape (C,), none negative, that minimises |x w - y|² + Σ penalty w². By coordinate descent."""
    square, product = x.T @ x, x.T @ y
    weights = np.zeros(len(product))
    for _ in range(ROUNDS):
        for column in range(len(weights)):
            size = square[column, column] + penalty[column]
            rest = product[column] - square[column] @ weights + square[column, column] * weights[column]
            weights[column] = max(0.0, rest / size) if size > 0 else 0.0
    return weights


def judged_by(model: Model, judged: Sequence[Judged]) -> tuple[float, int]:
    """Return the mean nDCG of the first five, and the number of requests whose first mentor is right."""
    gain, first = 0.0, 0
    for one in judged:
        order = np.argsort(-model.scores(one), kind="stable")
        gain += normalised_gain(one.grades[order].tolist(), one.grades.tolist())
        first += bool(one.grades[order[0]] >= one.grades.max() - EQUAL)
    return gain / len(judged), first


def _centred(values: Floats) -> Floats:
    return values - values.mean(axis=0)
