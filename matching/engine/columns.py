"""The pieces a columnar table is made of: codes for words, posting lists, the best of many values per row."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from matching.engine.words import plain

Bools = NDArray[np.bool_]
Floats = NDArray[np.float32]
Rows = NDArray[np.intp]
Integers = NDArray[np.integer[Any]]

UNKNOWN = -1

Scalar = TypeVar("Scalar", bound=np.generic)


def frozen(array: NDArray[Scalar]) -> NDArray[Scalar]:
    """Return ``array`` itself, made read-only: a table is shared by all who rank with it."""
    array.flags.writeable = False
    return array


class Codes:
    """Small whole numbers for words, so that whole columns of words compare at once. Case does not matter."""

    def __init__(self) -> None:
        self._codes: dict[str, int] = {}

    def add(self, words: str) -> int:
        """Return the code of ``words``, a new one if they were not known."""
        return self._codes.setdefault(plain(words), len(self._codes))

    def of(self, words: str) -> int:
        """Return the code of ``words``, UNKNOWN (which equals no entry of a column) if there is none."""
        return self._codes.get(plain(words), UNKNOWN)

    def marks(self, many: Iterable[str]) -> Bools:
        """Return an array over all codes, True for those of ``many``; ``marks[column]`` tests a column."""
        marks = np.zeros(len(self._codes), dtype=np.bool_)
        marks[[code for words in many if (code := self.of(words)) != UNKNOWN]] = True
        return marks


class Postings:
    """Posting lists: for each key the rows that have it, ascending, each row once."""

    def __init__(self, keys_by_row: Iterable[Iterable[str]], size: int) -> None:
        found: dict[str, list[int]] = {}
        for row, keys in enumerate(keys_by_row):
            for key in set(keys):
                found.setdefault(key, []).append(row)
        self.size = size
        self._rows = {key: frozen(np.array(rows, dtype=np.intp)) for key, rows in found.items()}
        self._nobody = frozen(np.empty(0, dtype=np.intp))

    def rows(self, key: str) -> Rows:
        """Return the rows that have ``key``, empty if nobody has."""
        return self._rows.get(key, self._nobody)

    def mask(self, key: str) -> Bools:
        """Return an array of shape (size,), True in the rows that have ``key``."""
        mask = np.zeros(self.size, dtype=np.bool_)
        mask[self.rows(key)] = True
        return mask


def best_per_row(values: Floats, rows: Integers, size: int) -> Floats:
    """Return the largest of the values of each row, shape (size,); 0 for a row without any.

    ``rows[i]`` is the row of ``values[i]``; rows are ascending, values not negative.
    """
    best = np.zeros(size, dtype=np.float32)
    if values.size:
        first = np.flatnonzero(np.concatenate(([True], rows[1:] != rows[:-1])))
        best[rows[first]] = np.maximum.reduceat(values, first)
    return best
