"""The pieces a columnar table is made of. All of them can change, one row at a time, and grow with the table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import ceil
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from matching.engine.words import plain

Bools = NDArray[np.bool_]
Floats = NDArray[np.float32]
Rows = NDArray[np.intp]
Integers = NDArray[np.integer[Any]]

UNKNOWN = -1
# Indexes every row of a column without copying it.
EVERYBODY = slice(None)
# Growing by half each time keeps the copying small and leaves at most a third of a large column empty.
ROOM_AT_LEAST = 64
# A list of more than one in so many rows is slower to go through than a column of all.
LONG = 16

Scalar = TypeVar("Scalar", bound=np.generic)


def more_room(needed: int, now: int) -> int:
    """Return for how many entries to make room when ``needed`` do not fit into ``now``."""
    return max(needed, now + now // 2, ROOM_AT_LEAST)


class Extent:
    """How many rows a table has, and for how many there is room; all its columns share one."""

    def __init__(self) -> None:
        self.size = 0
        self.room = 0


class Column(Generic[Scalar]):
    """One value for each row, shape (M,), or (M, width): indexed as the array that it is."""

    def __init__(self, extent: Extent, dtype: type[Scalar], width: int | None = None) -> None:
        self._extent = extent
        self._data: NDArray[Scalar] = np.zeros(
            (extent.room,) if width is None else (extent.room, width),
            dtype=dtype,
        )

    def __getitem__(self, rows: Rows | slice | int) -> NDArray[Scalar]:
        if isinstance(rows, np.ndarray):
            # The same as an index, faster, above all for wide columns; but not for a mask.
            return self._data[: self._extent.size].take(rows, axis=0)
        values: NDArray[Scalar] = self._data[: self._extent.size][rows]
        return values

    def __setitem__(self, rows: Any, value: ArrayLike) -> None:
        self._data[: self._extent.size][rows] = value

    def arrange(self, order: Rows) -> None:
        """Put into row i what was in row ``order[i]``."""
        self[:] = self[order]

    def grow(self) -> None:
        grown = np.zeros((self._extent.room, *self._data.shape[1:]), dtype=self._data.dtype)
        grown[: len(self._data)] = self._data
        self._data = grown


class KeyedColumns(Generic[Scalar]):
    """One column for each of a few keys, zero (or False) where nothing was put: languages, countries, kinds."""

    def __init__(self, extent: Extent, dtype: type[Scalar]) -> None:
        self._extent, self._dtype = extent, dtype
        self._columns: dict[str, Column[Scalar]] = {}
        self._nothing = Column(extent, dtype)

    def of(self, key: str) -> NDArray[Scalar]:
        """Return the column of ``key``, shape (M,); all zero if nobody has it."""
        return self._columns.get(key, self._nothing)[:]

    def put(self, row: int, values: Mapping[str, Any]) -> None:
        for key, value in values.items():
            if key not in self._columns:
                self._columns[key] = Column(self._extent, self._dtype)
            self._columns[key][row] = value

    def clear(self, row: int, keys: Iterable[str]) -> None:
        for key in keys:
            self._columns[key][row] = 0

    def arrange(self, order: Rows) -> None:
        for column in self._columns.values():
            column.arrange(order)

    def grow(self) -> None:
        for column in (self._nothing, *self._columns.values()):
            column.grow()


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


class Postings:
    """Posting lists: for each key the rows that have it, each once and in no order, with a whole number for each."""

    def __init__(self, extent: Extent) -> None:
        self._extent = extent
        # Of the type that indexes without a copy being made: that counts where lists are long.
        self._lists: dict[str, tuple[Rows, int]] = {}
        # Of those that were found long, 1 where a row has the key.
        self._columns: dict[str, Column[np.int16]] = {}

    def rows(self, key: str) -> Rows:
        """Return the rows that have ``key``, empty if nobody has."""
        return self._part(key, 0)

    def numbers(self, key: str) -> Rows:
        """Return the numbers of the rows that have ``key``, in the same order."""
        return self._part(key, 1)

    def add_to(self, counted: NDArray[np.int16], amount: int, key: str) -> None:
        """Add ``amount`` to each row of ``counted``, shape (M,), that has ``key``.

        A list that is long by then is kept as a column as well from then on.
        """
        if key not in self._columns and self.rows(key).size * LONG > self._extent.size:
            self._columns[key] = Column(self._extent, np.int16)
            self._columns[key][self.rows(key)] = 1
        if key in self._columns:
            counted += np.int16(amount) * self._columns[key][:]
        else:
            counted[self.rows(key)] += np.int16(amount)

    def put(self, row: int, numbers: Mapping[str, int]) -> None:
        for key, number in numbers.items():
            entries, used = self._lists.get(key, (np.empty((2, 4), dtype=np.intp), 0))
            if used == entries.shape[1]:
                entries = np.concatenate([entries, np.empty_like(entries)], axis=1)
            entries[:, used] = row, number
            self._lists[key] = entries, used + 1
            if key in self._columns:
                self._columns[key][row] = 1

    def clear(self, row: int, keys: Iterable[str]) -> None:
        for key in keys:
            entries, used = self._lists[key]
            place = int(np.flatnonzero(entries[0, :used] == row)[0])
            entries[:, place] = entries[:, used - 1]
            self._lists[key] = entries, used - 1
            if key in self._columns:
                self._columns[key][row] = 0

    def grow(self) -> None:
        for column in self._columns.values():
            column.grow()

    def arrange(self, order: Rows) -> None:
        place = np.empty_like(order)
        place[order] = np.arange(order.size)
        for entries, used in self._lists.values():
            entries[0, :used] = place[entries[0, :used]]
        self._columns.clear()

    def _part(self, key: str, part: int) -> Rows:
        found = self._lists.get(key)
        return np.empty(0, dtype=np.intp) if found is None else found[0][part, : found[1]]


class Ragged(Generic[Scalar]):
    """Any number of records for each row, each of ``width`` values; those of a row lie side by side in ``flat``."""

    def __init__(self, extent: Extent, dtype: type[Scalar], width: int) -> None:
        self._start = Column(extent, np.int64)
        self._count = Column(extent, np.int32)
        self.flat: NDArray[Scalar] = np.empty((0, width), dtype=dtype)
        self._used = self._live = 0

    def positions(self, rows: Rows) -> tuple[Integers, Integers]:
        """Return where the records of ``rows`` lie, and for each the index into ``rows``, ascending."""
        counts = self._count[rows]
        owners = np.repeat(np.arange(rows.size), counts)
        before = np.cumsum(counts) - counts
        return np.arange(owners.size) + (self._start[rows] - before)[owners], owners

    def place(self, row: int) -> slice:
        start = int(self._start[:][row])
        return slice(start, start + int(self._count[:][row]))

    def put(self, row: int, records: ArrayLike) -> None:
        records = np.asarray(records, dtype=self.flat.dtype)
        count = len(records)
        if self._used + count > len(self.flat):
            self._make_room(count)
        if count:
            self.flat[self._used : self._used + count] = records
        self._start[row], self._count[row] = self._used, count
        self._used += count
        self._live += count

    def clear(self, row: int) -> None:
        self._live -= int(self._count[:][row])
        self._count[row] = 0

    def arrange(self, order: Rows) -> None:
        self._start.arrange(order)
        self._count.arrange(order)

    def grow(self) -> None:
        self._start.grow()
        self._count.grow()

    def _make_room(self, count: int) -> None:
        """Give up what was cleared, if that is much, else grow."""
        if self._live + count <= len(self.flat) * 2 // 3:
            counts = self._count[:]
            live, _ = self.positions(np.arange(counts.size))
            self.flat[: live.size] = self.flat[live]
            self._start[:] = np.cumsum(counts) - counts
            self._used = live.size
        else:
            room = more_room(self._used + count, len(self.flat))
            grown = np.empty((room, self.flat.shape[1]), dtype=self.flat.dtype)
            grown[: self._used] = self.flat[: self._used]
            self.flat = grown


@dataclass(frozen=True, eq=False)
class Shares:
    """A share in [0, 1] for everybody, as whole numbers: ``parts`` of ``whole``, shape (M,).

    What fits into 16 bits is added for a whole table several times faster than fractions.
    """

    parts: NDArray[np.unsignedinteger[Any]]
    whole: int

    def of(self, rows: Rows) -> Floats:
        return self.parts.take(rows).astype(np.float32) / np.float32(self.whole)

    def worth(self, most: float, rows: slice) -> NDArray[np.uint16]:
        """Return what the shares of ``rows`` count if a whole one counts ``most``; rounded up, by ``whole`` at most.

        ``most`` and ``whole`` together must be less than 2^16.
        """
        worth: NDArray[np.uint16] = np.multiply(self.parts[rows], np.uint16(ceil(most / self.whole)), dtype=np.uint16)
        return worth


def best_per_owner(values: Floats, owners: Integers, size: int) -> Floats:
    """Return the largest of the values of each owner, shape (size,); 0 for one without any.

    ``owners[i]`` is the owner of ``values[i]``; owners are ascending, values not negative.
    """
    best = np.zeros(size, dtype=np.float32)
    if values.size:
        first = np.flatnonzero(np.concatenate(([True], owners[1:] != owners[:-1])))
        best[owners[first]] = np.maximum.reduceat(values, first)
    return best
