"""The score: a weighted sum of criteria, with values for missing data, and in whole points.

Three promises hold exactly. Missing data counts as half the population mean. More evidence never lowers a score. An
empty profile never beats a full one that is equal otherwise. One kind of facts replaces evidence and may lower a
score: a career step inserted between others (``transitions``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import floor, isfinite
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from matching.engine.columns import Floats, Rows
from matching.engine.criteria import CRITERIA
from matching.engine.criteria import sentences as read
from matching.engine.facts import Need, Sentences
from matching.engine.fitted import FITTED
from matching.engine.table import MentorTable

# Missing data counts as this share of the population mean, and so does any value below it. With 1, all values below the
# mean would count the same. With 0, a thin profile would be punished.
NOT_STATED_SHARE = 0.5

# The criterion that is read for the first mentors only, and the names of all.
READ = "sentences"
NAMES = (*CRITERIA, READ)
UNREAD: Mapping[int, Sentences] = MappingProxyType({})


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
            if name not in NAMES:
                raise ValueError(f"{name!r} is no criterion; use some of {', '.join(NAMES)}.")
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


def _weights(points: Mapping[str, float], version: str) -> Weights:
    return Weights(tuple(points), tuple(points.values()), version)


DEFAULT_WEIGHTS = _weights(FITTED.points, FITTED.version)
# A mentor's text tells nothing if the request has none.
WEIGHTS_OF_FACTS = _weights(FITTED.points_of_facts, f"{FITTED.version}+facts")


def weights_of(need: Need) -> Weights:
    """Return the weights for ``need``. They are the same for all mentors, so that scores can be compared."""
    return WEIGHTS_OF_FACTS if need.text is None else DEFAULT_WEIGHTS


@dataclass(frozen=True, slots=True)
class Fit:
    """The fit of n mentors to a need, with C criteria in the order of ``Weights.names``.

    ``score``: shape (n,), in [0, 1]. ``criteria``: shape (n, C), the measured values in [0, 1], NaN if not stated.
    ``assumed``: shape (n, C), the values in the weighted sum, with floors for missing data and low values.
    """

    score: NDArray[np.float64]
    criteria: Floats
    assumed: Floats


def fit(
    need: Need,
    table: MentorTable,
    rows: Rows,
    weights: Weights,
    sentences: Mapping[int, Sentences] = UNREAD,
    lowest: Floats | None = None,
) -> Fit:
    """Return the fit of the mentors in ``rows`` to ``need``, in the order of ``rows``.

    ``sentences``: by mentor id, those that are compared for criterion READ. Other mentors count as not stated.
    ``lowest``: the ``floors`` of another table, for mentors who are judged beside its own.
    More evidence never lowers a score. Scores under different weights must not be compared.
    """
    columns = []
    for name in weights.names:
        if name == READ:
            columns.append(read.evidence(need, table.ids[rows], sentences))
        else:
            stated = CRITERIA[name].is_stated(need, table, rows)
            columns.append(np.where(stated, CRITERIA[name].evidence(need, table, rows), np.float32(np.nan)))
    criteria = np.stack(columns, axis=1)
    assumed = np.fmax(criteria, floors(need, table, weights) if lowest is None else lowest)
    # Summed in order, as in ``points``. A matrix product may round equal rows differently.
    added: NDArray[np.float64] = np.cumsum(assumed * np.array(weights.points, dtype=np.float64), axis=1)
    return Fit(np.minimum(added[:, -1] / 100.0, 1.0), criteria, assumed)


def floors(need: Need, table: MentorTable, weights: Weights) -> Floats:
    """Return the lowest value that each criterion counts with, shape (C,): NOT_STATED_SHARE of the population mean.

    Missing data counts as 0 in the mean, which is taken over ``MentorTable.sample``. A mean over stated values would
    fall when a mentor adds a modest fact, and with it the mentor's own score; over all mentors it can only rise. A
    mean over eligible mentors would change with unrelated rules. The mean of READ is that of the graded pairs.
    """
    rows = table.sample
    means = [
        FITTED.mean_of_sentences
        if name == READ
        else float(CRITERIA[name].evidence(need, table, rows).sum(dtype=np.float64)) / max(1, rows.size)
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
