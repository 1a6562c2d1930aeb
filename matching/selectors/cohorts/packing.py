"""Scores of a cohort as bytes, and back. Plain values: NumPy and zlib."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

import numpy as np

from matching.engine.assignment import NOT_ELIGIBLE, BadCohort, Blocks, Scores
from matching.engine.assignment.blocks import MENTEES_IN_BLOCK, Block

# The largest cohort: 10,000 mentees with 6,250 mentors, and some more.
PAIRS_MAX = 64_000_000
# A quick level: scores differ in their low digits, so that a slower one saves little.
LEVEL = 1
LENGTH = struct.Struct("<I")
PACKED = np.dtype("<i2")


def must_be_kept(mentees: int, mentors: int) -> None:
    """Raise BadCohort if there are more pairs than can be kept."""
    if mentees * mentors > PAIRS_MAX:
        raise BadCohort(
            f"{mentees:,} mentees and {mentors:,} mentors are {mentees * mentors:,} pairs; a cohort has "
            f"{PAIRS_MAX:,} at most. Split it into two cohorts."
        )


def pack(scores: Scores) -> bytes:
    """Return all scores as bytes: blocks of mentees, each compressed, after its length.

    Raises BadCohort for more than PAIRS_MAX pairs, and for a score beyond 16 bits.
    """
    must_be_kept(*scores.shape)
    if scores.highest > np.iinfo(PACKED).max:
        raise BadCohort(f"A score is above {np.iinfo(PACKED).max:,}; give fits from 0 to 1.")
    packed = []
    for block in _dense(scores):
        data = zlib.compress(block.tobytes(), LEVEL)
        packed += [LENGTH.pack(len(data)), data]
    return b"".join(packed)


def unpack(data: bytes | memoryview, *, mentees: int, mentors: int) -> Blocks:
    """Return the scores that ``pack`` wrote. A block is unpacked when it is needed.

    Raises ValueError if these are not the scores of so many people; for a damaged block, when it is needed.
    """
    view, found, place = memoryview(data), [], 0
    while place < len(view):
        if place + LENGTH.size > len(view):
            raise ValueError("The kept scores are cut off.")
        (length,) = LENGTH.unpack_from(view, place)
        place += LENGTH.size
        found.append(view[place : place + length])
        place += length
    if place != len(view) or len(found) != -(-mentees // MENTEES_IN_BLOCK):
        raise ValueError(f"The kept scores are not those of {mentees:,} mentees.")

    def source(start: int, end: int) -> Block:
        size = (end - start) * mentors * PACKED.itemsize
        inflating = zlib.decompressobj()
        try:
            # One byte more than expected shows a block that is too long, without unpacking all of it.
            raw = inflating.decompress(found[start // MENTEES_IN_BLOCK], size + 1)
        except zlib.error as fault:
            raise ValueError(f"The kept scores are damaged: {fault}.") from None
        if len(raw) != size:
            raise ValueError(f"The kept scores are not those of {mentors:,} mentors.")
        return np.frombuffer(raw, dtype=PACKED).astype(np.int16, copy=False).reshape(end - start, mentors)

    return Blocks(source, mentees, mentors)


def _dense(scores: Scores) -> Iterator[Block]:
    """Yield the scores of MENTEES_IN_BLOCK mentees at a time, NOT_ELIGIBLE where a pair is not eligible."""
    mentees, mentors = scores.shape
    start, block = 0, _empty(0, mentees, mentors)
    for part in scores.parts():
        # The pairs of a part are by mentee.
        for number in np.unique(part.mentee // MENTEES_IN_BLOCK).tolist():
            while start < number * MENTEES_IN_BLOCK:
                yield block
                start += MENTEES_IN_BLOCK
                block = _empty(start, mentees, mentors)
            own = part[part.mentee // MENTEES_IN_BLOCK == number]
            block[own.mentee - start, own.mentor] = own.score
    while start < mentees:
        yield block
        start += MENTEES_IN_BLOCK
        block = _empty(start, mentees, mentors)


def _empty(start: int, mentees: int, mentors: int) -> Block:
    rows = max(0, min(MENTEES_IN_BLOCK, mentees - start))
    return np.full((rows, mentors), NOT_ELIGIBLE, dtype=PACKED)
