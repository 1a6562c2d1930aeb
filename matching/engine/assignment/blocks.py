"""Scores of all pairs of many people, in blocks of mentees, so that memory stays bounded."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import ArrayLike, NDArray

from matching.engine.assignment.scores import NOT_ELIGIBLE, ONE, Ints, Scored, most_of_each

Block = NDArray[np.int16]
# Returns the scores of the mentees from the first to before the second with all mentors, NOT_ELIGIBLE where not.
Source = Callable[[int, int], Block]

MENTEES_IN_BLOCK = 256
# Scores are kept up to this size, two bytes a pair. Beyond, they are computed anew for each pass.
KEPT_BYTES = 512 * 2**20
# Candidates for the best of each mentor are thinned out beyond this number.
CANDIDATES = 2_000_000
# A price beyond this decides alone beside a utility from NEAR to ONE, and may be cut: sums then fit into 16 bits.
FAR, NEAR = 16_000, -6_000


class Blocks:
    """The scores of N mentees and M mentors from a ``source`` of blocks. A score is from 0 to ONE.

    Up to KEPT_BYTES they are computed once and kept. Beyond, each pass computes them anew, and ``of`` whole blocks.
    The source always gets the same blocks, so that its scores may depend on them in the last digit. ``progress`` is
    called with the number of mentees done in the first pass.
    """

    def __init__(
        self, source: Source, mentees: int, mentors: int, *, progress: Callable[[int], None] | None = None
    ) -> None:
        self._source, self._shape = source, (mentees, mentors)
        self._kept: Block | None = None
        self._highest: int | None = None
        self._progress = progress or (lambda done: None)
        self._is_kept = 2 * mentees * mentors <= KEPT_BYTES

    @property
    def shape(self) -> tuple[int, int]:
        return self._shape

    @property
    def highest(self) -> int:
        if self._highest is None:
            for _ in self._blocks():
                pass
        return NOT_ELIGIBLE if self._highest is None else self._highest

    def of(self, mentees: ArrayLike, mentors: ArrayLike) -> Ints:
        rows, columns = np.broadcast_arrays(np.asarray(mentees, dtype=np.int64), np.asarray(mentors, dtype=np.int64))
        found = np.empty(rows.shape, dtype=np.int64)
        for number in np.unique(rows // MENTEES_IN_BLOCK).tolist():
            start = number * MENTEES_IN_BLOCK
            within = rows // MENTEES_IN_BLOCK == number
            found[within] = self._block(start)[rows[within] - start, columns[within]]
        return found

    def parts(self) -> Iterator[Scored]:
        for start, block in self._blocks():
            yield _pairs(start, block, block >= 0)

    def best(self, count: int) -> Scored:
        of_mentees: list[Scored] = []
        of_mentors = _BestOfMentors(count, self._shape[1])
        for start, block in self._blocks():
            of_mentees.append(_best_of_rows(start, block, count))
            of_mentors.add(start, block)
        joined = Scored.joined([*of_mentees, of_mentors.found()])
        return joined[np.unique(joined.keys(self._shape[1]), return_index=True)[1]]

    def above(self, utilities: Ints, prices: Ints, *, least: int, most: int) -> Scored:
        found: list[Scored] = []
        near = np.clip(prices, -FAR, FAR).astype(np.int16)
        for start, block in self._blocks():
            own = utilities[start : start + len(block)]
            is_near = (own >= NEAR) & (own <= ONE)
            wanted = block > np.where(is_near, own, 0).astype(np.int16)[:, None] + near
            wanted[~is_near] = block[~is_near] > own[~is_near, None] + prices
            if not wanted.any():
                continue
            pairs = _pairs(start, block, wanted & (block >= max(0, least)))
            over = pairs.score - utilities[pairs.mentee] - prices[pairs.mentor]
            found.append(most_of_each(pairs, over, np.ones(len(pairs), dtype=np.bool_), most))
        return Scored.joined(found)

    def _blocks(self) -> Iterator[tuple[int, Block]]:
        is_first = self._highest is None
        highest = NOT_ELIGIBLE
        for start in range(0, self._shape[0], MENTEES_IN_BLOCK):
            block = self._block(start)
            highest = max(highest, int(block.max(initial=NOT_ELIGIBLE)))
            yield start, block
            if is_first:
                self._progress(start + len(block))
        self._highest = highest

    def _block(self, start: int) -> Block:
        end = min(start + MENTEES_IN_BLOCK, self._shape[0])
        if not self._is_kept:
            return self._source(start, end)
        if self._kept is None:
            self._kept = np.empty(self._shape, dtype=np.int16)
            self._done = np.zeros(-(-self._shape[0] // MENTEES_IN_BLOCK), dtype=np.bool_)
        if not self._done[start // MENTEES_IN_BLOCK]:
            self._kept[start:end] = self._source(start, end)
            self._done[start // MENTEES_IN_BLOCK] = True
        return self._kept[start:end]


class _BestOfMentors:
    """The best pairs of each mentor among the blocks so far."""

    def __init__(self, count: int, mentors: int) -> None:
        self._count, self._mentors = count, mentors
        # At least ``count`` pairs of the mentor have this score or more.
        self._enough: Block | None = None
        self._found: list[Scored] = []

    def add(self, start: int, block: Block) -> None:
        if self._enough is None:
            self._enough = np.full(self._mentors, NOT_ELIGIBLE, dtype=np.int16)
            if len(block) > self._count:
                self._enough = -np.partition(-block, self._count - 1, axis=0)[self._count - 1]
            wanted = (block >= self._enough) & (block >= 0)
        else:
            wanted = block > self._enough
        self._found.append(_pairs(start, block, wanted))
        if sum(map(len, self._found)) > CANDIDATES:
            self._thin_out()

    def found(self) -> Scored:
        self._thin_out()
        return self._found[0]

    def _thin_out(self) -> None:
        pairs = Scored.joined(self._found)
        order = np.argsort(pairs.mentor.astype(np.int64) * (2 * ONE) - pairs.score, kind="stable")
        owners = pairs.mentor[order]
        starts = np.searchsorted(owners, np.arange(self._mentors + 1))
        place = np.arange(owners.size) - starts[owners]
        kept = order[place < self._count]
        full = np.flatnonzero(np.diff(starts) >= self._count)
        if self._enough is not None:
            self._enough[full] = pairs.score[order[starts[full] + self._count - 1]]
        self._found = [pairs[np.sort(kept)]]


def _best_of_rows(start: int, block: Block, count: int) -> Scored:
    if block.shape[1] <= count:
        return _pairs(start, block, block >= 0)
    # The selection is fast at the low end only.
    columns = np.argpartition(-block, count - 1, axis=1)[:, :count]
    columns.sort(axis=1)
    rows = np.repeat(np.arange(len(block)), count)
    mentors = columns.ravel()
    scores = block[rows, mentors]
    kept = scores >= 0
    return Scored((rows[kept] + start).astype(np.int32), mentors[kept].astype(np.int32), scores[kept].astype(np.int64))


def _pairs(start: int, block: Block, wanted: NDArray[np.bool_]) -> Scored:
    rows, columns = np.nonzero(wanted)
    return Scored((rows + start).astype(np.int32), columns.astype(np.int32), block[rows, columns].astype(np.int64))
