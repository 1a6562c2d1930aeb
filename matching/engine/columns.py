"""The parts of a columnar table. Each can change one row at a time, and grows with the table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Generic, Literal, TypeVar

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from matching.engine.words import plain

Bools = NDArray[np.bool_]
Floats = NDArray[np.float32]
Rows = NDArray[np.intp]
Integers = NDArray[np.integer[Any]]

UNKNOWN = -1
# Indexes every row of a column without copying it.
EVERYBODY = slice(None)
# Growing by half each time keeps copying rare and leaves at most a third of a large column empty.
MIN_CAPACITY = 64

Scalar = TypeVar("Scalar", bound=np.generic)


def grown_capacity(needed: int, capacity: int) -> int:
    """Return the new capacity for ``needed`` entries that do not fit into ``capacity``."""
    return max(needed, capacity + capacity // 2, MIN_CAPACITY)


class Extent:
    """The number of rows of a table, and its capacity in rows. All columns of a table share one."""

    def __init__(self) -> None:
        self.size = 0
        self.capacity = 0


class Column(Generic[Scalar]):
    """One value per row, shape (M,), or (M, width). Indexing works as for an array.

    Wide columns are stored column by column, so that a pass over one of them is fast; ``by_row``, row by row.
    """

    def __init__(self, extent: Extent, dtype: type[Scalar], width: int | None = None, *, by_row: bool = False) -> None:
        self._extent = extent
        self.width = width
        shape = (extent.capacity,) if width is None else (extent.capacity, width)
        self._order: Literal["C", "F"] = "C" if by_row else "F"
        self._data: NDArray[Scalar] = np.zeros(shape, dtype=dtype, order=self._order)

    def __getitem__(self, rows: Rows | slice | int) -> NDArray[Scalar]:
        values: NDArray[Scalar] = self._data[: self._extent.size][rows]
        return values

    def __setitem__(self, rows: int | slice, value: ArrayLike) -> None:
        self._data[: self._extent.size][rows] = value

    def resize(self) -> None:
        """Take the capacity of the table."""
        resized = np.zeros((self._extent.capacity, *self._data.shape[1:]), dtype=self._data.dtype, order=self._order)
        resized[: self._extent.size] = self._data[: self._extent.size]
        self._data = resized


class KeyedColumns(Generic[Scalar]):
    """One column for each of a few keys, such as languages or countries. Zero or False by default."""

    def __init__(self, extent: Extent, dtype: type[Scalar]) -> None:
        self._extent, self._dtype = extent, dtype
        self._columns: dict[str, Column[Scalar]] = {}
        self._empty = Column(extent, dtype)

    def of(self, key: str) -> NDArray[Scalar]:
        """Return the column of ``key``, shape (M,). It is all zero for an unknown key."""
        return self._columns.get(key, self._empty)[:]

    def __iter__(self) -> Iterator[str]:
        """Yield the keys that a mentor has, or had, in order."""
        return iter(sorted(self._columns))

    def put(self, row: int, values: Mapping[str, Any]) -> None:
        for key, value in values.items():
            if key not in self._columns:
                self._columns[key] = Column(self._extent, self._dtype)
            self._columns[key][row] = value

    def clear(self, row: int, keys: Iterable[str]) -> None:
        for key in keys:
            self._columns[key][row] = 0

    def resize(self) -> None:
        for column in (self._empty, *self._columns.values()):
            column.resize()


class Codes:
    """Integer codes for words, so that whole columns of words can be compared. Case does not matter."""

    def __init__(self) -> None:
        self._codes: dict[str, int] = {}

    def add(self, words: str) -> int:
        """Return the code of ``words``. Unknown words get a new code."""
        return self._codes.setdefault(plain(words), len(self._codes))

    def of(self, words: str) -> int:
        """Return the code of ``words``, or UNKNOWN, which no column holds as a code."""
        return self._codes.get(plain(words), UNKNOWN)


class Postings:
    """Posting lists (an inverted index): the rows that have a key, each once, in no order."""

    def __init__(self) -> None:
        self._lists: dict[str, tuple[Rows, int]] = {}

    def rows(self, key: str) -> Rows:
        """Return the rows that have ``key``. Empty for an unknown key."""
        rows, used = self._lists.get(key, (np.empty(0, dtype=np.intp), 0))
        return rows[:used]

    def put(self, row: int, keys: Iterable[str]) -> None:
        for key in keys:
            rows, used = self._lists.get(key, (np.empty(4, dtype=np.intp), 0))
            if used == rows.size:
                rows = np.concatenate([rows, np.empty_like(rows)])
            rows[used] = row
            self._lists[key] = rows, used + 1

    def clear(self, row: int, keys: Iterable[str]) -> None:
        for key in keys:
            rows, used = self._lists[key]
            rows[np.flatnonzero(rows[:used] == row)[0]] = rows[used - 1]
            self._lists[key] = rows, used - 1


class Ragged(Generic[Scalar]):
    """Any number of records per row. Those of a row are adjacent in ``flat``, shape (records,)."""

    def __init__(self, extent: Extent, dtype: DTypeLike) -> None:
        self._start = Column(extent, np.int64)
        self._count = Column(extent, np.int32)
        self.flat: NDArray[Scalar] = np.empty(0, dtype=dtype)
        self._used = self._live = 0

    def records(self, rows: Rows) -> tuple[NDArray[Scalar], Integers]:
        """Return copies of the records of ``rows``, and their indexes into ``rows``, ascending."""
        counts = self._count[rows]
        owners = np.repeat(np.arange(rows.size), counts)
        before = np.cumsum(counts) - counts
        positions = np.arange(owners.size) + (self._start[rows] - before)[owners]
        return self.flat.take(positions), owners

    def of(self, row: int) -> NDArray[Scalar]:
        """Return the records of one row, without copying them."""
        start = int(self._start[row])
        return self.flat[start : start + int(self._count[row])]

    def put(self, row: int, records: ArrayLike) -> None:
        records = np.asarray(records, dtype=self.flat.dtype)
        count = len(records)
        if self._used + count > len(self.flat):
            self._compact(grown_capacity(self._live + count, self._live))
        if count:
            self.flat[self._used : self._used + count] = records
        self._start[row], self._count[row] = self._used, count
        self._used += count
        self._live += count

    def clear(self, row: int) -> None:
        self._live -= int(self._count[row])
        self._count[row] = 0

    def resize(self) -> None:
        self._start.resize()
        self._count.resize()

    def make_spare_room(self, share: float) -> None:
        """Leave room for ``share`` of the present records."""
        self._compact(self._live + int(self._live * share) + MIN_CAPACITY)

    def _compact(self, capacity: int) -> None:
        """Move the records into a new array without gaps."""
        compact = np.empty(capacity, self.flat.dtype)
        used = 0
        for row in range(self._start[:].size):
            records = self.of(row)
            compact[used : used + len(records)] = records
            self._start[row] = used
            used += len(records)
        self.flat, self._used = compact, used


def best_per_owner(values: Floats, owners: Integers, size: int) -> Floats:
    """Return the largest value of each owner, shape (size,); 0 for an owner without values.

    ``owners[i]`` is the owner of ``values[i]``. Owners are ascending, values are not negative.
    """
    best = np.zeros(size, dtype=np.float32)
    if values.size:
        first = np.flatnonzero(np.concatenate(([True], owners[1:] != owners[:-1])))
        best[owners[first]] = np.maximum.reduceat(values, first)
    return best
