"""Scores of eligible pairs as whole numbers, sparse or in blocks, and the questions that an assignment asks of them.

Scores are whole numbers so that sums are exact: a fit of 1 is ONE units. Mentees and mentors are indexes from 0.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from matching.engine.columns import Bools

Ints = NDArray[np.int64]
Small = NDArray[np.int32]

# Units of a score of 1, as suggestions have four decimals.
ONE = 10_000
# The score of a pair that is not eligible, in blocks.
NOT_ELIGIBLE = -1
# A score may not be so large that a sum over a large cohort is not exact.
MAX_SCORE = 10**9
# A price that no score reaches.
BEYOND = 4 * 10**15


class BadCohort(ValueError):
    """The input cannot be assigned. The message says what to do."""


@dataclass(frozen=True, eq=False, slots=True)
class Scored:
    """Pairs and their scores, three arrays of one shape."""

    mentee: Small
    mentor: Small
    score: Ints

    @classmethod
    def none(cls) -> Scored:
        return cls(np.empty(0, np.int32), np.empty(0, np.int32), np.empty(0, np.int64))

    @classmethod
    def joined(cls, parts: Sequence[Scored]) -> Scored:
        """Return the pairs of all ``parts``, in order."""
        if not parts:
            return cls.none()
        return cls(
            np.concatenate([part.mentee for part in parts]),
            np.concatenate([part.mentor for part in parts]),
            np.concatenate([part.score for part in parts]),
        )

    def __len__(self) -> int:
        return int(self.mentee.size)

    def __getitem__(self, chosen: NDArray[Any] | slice) -> Scored:
        return Scored(self.mentee[chosen], self.mentor[chosen], self.score[chosen])

    def keys(self, mentors: int) -> Ints:
        """Return one number for each pair, which tells it from all others of a cohort with ``mentors`` mentors."""
        found: Ints = self.mentee.astype(np.int64) * mentors + self.mentor
        return found


class Scores(Protocol):
    """The scores of all eligible pairs of N mentees and M mentors."""

    @property
    def shape(self) -> tuple[int, int]:
        """N and M."""

    @property
    def highest(self) -> int:
        """The highest score, NOT_ELIGIBLE if there is no eligible pair."""

    def of(self, mentees: ArrayLike, mentors: ArrayLike) -> Ints:
        """Return the scores of pairs, NOT_ELIGIBLE where the pair is not eligible."""

    def parts(self) -> Iterator[Scored]:
        """Yield all eligible pairs, by mentee. All pairs of a mentee are in one part."""

    def best(self, count: int) -> Scored:
        """Return the ``count`` best pairs of each mentee, and of each mentor, by mentee, then mentor."""

    def above(self, utilities: Ints, prices: Ints, *, least: int, most: int) -> Scored:
        """Return pairs with a score of ``least`` or more that exceeds utility and price; ``most`` of each mentee.

        Empty if and only if there is no such pair.
        """


def scaled(fits: ArrayLike) -> Ints:
    """Return fits of 0 or more as whole numbers, ONE for 1. Raises BadCohort for NaN, infinite and negative ones."""
    values = np.asarray(fits, dtype=np.float64)
    if not np.isfinite(values).all():
        raise BadCohort(
            f"{_some(~np.isfinite(values), 'score')} no number (NaN or infinite); "
            "leave out pairs that are not eligible."
        )
    if (values < 0).any():
        raise BadCohort(f"{_some(values < 0, 'score')} negative; give fits of 0 or more.")
    if (values * ONE > MAX_SCORE).any():
        raise BadCohort(
            f"{_some(values * ONE > MAX_SCORE, 'score')} above {MAX_SCORE // ONE:,}; give fits from 0 to 1."
        )
    found: Ints = np.rint(values * ONE).astype(np.int64)
    return found


def both_sides(of_mentee: ArrayLike, of_mentor: ArrayLike) -> NDArray[np.float64]:
    """Return the harmonic mean of the fits that both sides give a pair. It is 0 if one of them is.

    Raises BadCohort as ``scaled`` does.
    """
    scaled(of_mentee), scaled(of_mentor)
    one, other = np.asarray(of_mentee, dtype=np.float64), np.asarray(of_mentor, dtype=np.float64)
    added = one + other
    mean: NDArray[np.float64] = np.divide(2.0 * one * other, added, out=np.zeros_like(added), where=added > 0)
    return mean


class Pairs:
    """The scores of eligible pairs, one by one. For pairs that are few, or that come from elsewhere.

    ``score`` as ``scaled`` returns them. Raises BadCohort for an unknown index, a pair that occurs twice, and a score
    out of range.
    """

    def __init__(self, mentee: ArrayLike, mentor: ArrayLike, score: ArrayLike, *, mentees: int, mentors: int) -> None:
        rows, columns, scores = _whole(mentee, "mentee"), _whole(mentor, "mentor"), _whole(score, "score")
        if not rows.shape == columns.shape == scores.shape == (rows.size,):
            raise BadCohort(
                f"{rows.size} mentees, {columns.size} mentors and {scores.size} scores; give one of each for each pair."
            )
        _check_indexes(rows, mentees, "mentee")
        _check_indexes(columns, mentors, "mentor")
        if ((scores < 0) | (scores > MAX_SCORE)).any():
            raise BadCohort(f"A score is not from 0 to {MAX_SCORE:,}; leave out pairs that are not eligible.")
        keys = rows * mentors + columns
        order = np.argsort(keys, kind="stable")
        twice = np.flatnonzero(np.diff(keys[order]) == 0)
        if twice.size:
            pair = order[twice[0]]
            raise BadCohort(f"Mentee {rows[pair]} and mentor {columns[pair]} are scored twice; give each pair once.")
        self._shape = (mentees, mentors)
        self._keys = keys[order]
        self._all = Scored(rows[order].astype(np.int32), columns[order].astype(np.int32), scores[order])

    @classmethod
    def of_fits(cls, mentee: ArrayLike, mentor: ArrayLike, fit: ArrayLike, *, mentees: int, mentors: int) -> Pairs:
        """Return pairs with fits as the engine has them. Raises BadCohort for NaN as well."""
        return cls(mentee, mentor, scaled(fit), mentees=mentees, mentors=mentors)

    @classmethod
    def of_matrix(cls, fit: ArrayLike, eligible: ArrayLike | None = None) -> Pairs:
        """Return the ``eligible`` pairs of a matrix of fits, shape (N, M); all of them by default."""
        fits = np.asarray(fit, dtype=np.float64)
        chosen = np.ones(fits.shape, dtype=np.bool_) if eligible is None else np.asarray(eligible, dtype=np.bool_)
        if fits.ndim != 2 or chosen.shape != fits.shape:
            raise BadCohort("Fits and eligible pairs need one row for each mentee and one column for each mentor.")
        rows, columns = np.nonzero(chosen)
        return cls.of_fits(rows, columns, fits[chosen], mentees=fits.shape[0], mentors=fits.shape[1])

    @property
    def shape(self) -> tuple[int, int]:
        return self._shape

    @property
    def highest(self) -> int:
        return int(self._all.score.max(initial=NOT_ELIGIBLE))

    def of(self, mentees: ArrayLike, mentors: ArrayLike) -> Ints:
        wanted = np.asarray(mentees, dtype=np.int64) * self._shape[1] + np.asarray(mentors, dtype=np.int64)
        if not self._keys.size:
            return np.full(wanted.shape, NOT_ELIGIBLE, dtype=np.int64)
        place = np.minimum(np.searchsorted(self._keys, wanted), self._keys.size - 1)
        found: Ints = np.where(self._keys[place] == wanted, self._all.score[place], NOT_ELIGIBLE)
        return found

    def parts(self) -> Iterator[Scored]:
        yield self._all

    def best(self, count: int) -> Scored:
        mentee, mentor, score = self._all.mentee, self._all.mentor, self._all.score
        chosen = np.zeros(score.size, dtype=np.bool_)
        for owner in (mentee, mentor):
            # One stable sort by one number: pairs are by mentee, then mentor, and stay so among equals.
            order = np.argsort(owner.astype(np.int64) * (MAX_SCORE + 1) - score, kind="stable")
            chosen |= _first(order, owner, count)
        return self._all[chosen]

    def above(self, utilities: Ints, prices: Ints, *, least: int, most: int) -> Scored:
        pairs = self._all
        over = pairs.score - utilities[pairs.mentee] - prices[pairs.mentor]
        return most_of_each(pairs, over, (over > 0) & (pairs.score >= least), most)


def most_of_each(pairs: Scored, over: Ints, wanted: Bools, most: int) -> Scored:
    """Return those of ``wanted`` that are most ``over``, ``most`` of each mentee."""
    rows = np.flatnonzero(wanted)
    some, over = pairs[rows], over[rows]
    if len(some) > most:
        some = some[_first(np.lexsort((some.mentor, -over, some.mentee)), some.mentee, most)]
    return some


def _first(order: NDArray[np.intp], owner: Small, count: int) -> Bools:
    """Return which of the pairs are among the first ``count`` of their owner. ``order`` has the owners ascending."""
    owners = owner[order]
    starts = np.flatnonzero(np.concatenate(([True], owners[1:] != owners[:-1]))) if owners.size else np.empty(0, int)
    place = np.arange(owners.size) - np.repeat(starts, np.diff(np.append(starts, owners.size)))
    chosen = np.zeros(owners.size, dtype=np.bool_)
    chosen[order[place < count]] = True
    return chosen


def _whole(values: ArrayLike, name: str) -> Ints:
    array = np.asarray(values)
    if array.size and array.dtype.kind not in "iu":
        raise BadCohort(f"A {name} is no whole number; count people from 0, and pass fits through ``scaled``.")
    return array.astype(np.int64)


def _check_indexes(indexes: Ints, count: int, name: str) -> None:
    out = (indexes < 0) | (indexes >= count)
    if out.any():
        raise BadCohort(
            f"{name.capitalize()} {indexes[out][0]} is unknown; the cohort has {count} {name}s, counted from 0."
        )


def _some(wrong: NDArray[np.bool_], name: str) -> str:
    count = int(np.count_nonzero(wrong))
    return f"A {name} is" if count == 1 else f"{count:,} {name}s are"
