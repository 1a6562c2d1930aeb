"""Groups of questions that ask something alike: star clustering over the cosine of their vectors.

The algorithm is that of Aslam, Pelekhov and Rus (2004, "The star clustering algorithm"): the question with the most
people around it and all its neighbours that have no group yet are a group, then the next. Each member is alike to the
centre, so a group never drifts over a chain of pairs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# Two questions are alike from this cosine on. Of the pairs in tests/matching/questions.py it finds 27 of 49 that mean
# the same in three languages, 7 of 26 that were written to look alike and do not, and none of 731 others.
ALIKE = 0.7
# So many rows of the table of cosines are computed at a time.
ROWS = 512


@dataclass(frozen=True, slots=True)
class Groups:
    """``group`` is the row of each question's centre. ``central`` is the cosine with it."""

    group: list[int]
    central: list[float]


def group_questions(vectors: NDArray[np.float32], people: Sequence[int]) -> Groups:
    """Return the groups of questions. ``vectors`` are unit vectors, shape (N, D); ``people`` are who was asked, (N,).

    The result does not depend on chance: ties go to the lower row.
    """
    neighbours = _neighbours(vectors)
    reach = [len({people[row] for row in near}) for near, _cosines in neighbours]
    weight = [float(cosines.sum()) for _near, cosines in neighbours]
    group, central = [-1] * len(people), [0.0] * len(people)
    for centre in sorted(range(len(people)), key=lambda row: (-reach[row], -weight[row], row)):
        if group[centre] >= 0:
            continue
        for row, cosine in zip(*neighbours[centre], strict=True):
            if group[row] < 0:
                group[row], central[row] = centre, min(float(cosine), 1.0)
    return Groups(group, central)


def _neighbours(vectors: NDArray[np.float32]) -> list[tuple[NDArray[np.int64], NDArray[np.float32]]]:
    """Return for each row the rows that are alike, itself included, and their cosines."""
    found: list[tuple[NDArray[np.int64], NDArray[np.float32]]] = []
    for start in range(0, len(vectors), ROWS):
        for offset, cosines in enumerate(vectors[start : start + ROWS] @ vectors.T):
            cosines[start + offset] = 1.0
            near = np.flatnonzero(cosines >= ALIKE)
            found.append((near, cosines[near]))
    return found
