"""Scores of a cohort are kept as bytes without loss."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from matching.engine.assignment import BadCohort, Pairs, assign, digest_of
from matching.engine.assignment.blocks import MENTEES_IN_BLOCK, Blocks
from matching.engine.assignment.problem import Problem
from matching.selectors.cohorts.packing import PAIRS_MAX, must_be_kept, pack, unpack

SCORES = st.integers(-1, 10_000)


def blocks_of(scores: np.ndarray) -> Blocks:
    return Blocks(lambda start, end: scores[start:end], *scores.shape)


def dense_of(scores) -> np.ndarray:
    mentees, mentors = scores.shape
    return scores.of(np.arange(mentees)[:, None], np.arange(mentors)[None, :])


@given(arrays(np.int16, st.tuples(st.integers(1, 12), st.integers(1, 12)), elements=SCORES))
def test_scores_come_back_as_they_were(scores):
    mentees, mentors = scores.shape
    found = unpack(pack(blocks_of(scores)), mentees=mentees, mentors=mentors)

    assert (dense_of(found) == scores).all()
    assert (found.shape, found.highest) == (scores.shape, scores.max())


@given(st.integers(MENTEES_IN_BLOCK - 1, 3 * MENTEES_IN_BLOCK + 1), st.integers(0, 2**32 - 1), st.booleans())
def test_any_number_of_blocks_comes_back_sparse_or_dense(mentees, seed, is_sparse):
    chance = np.random.default_rng(seed)
    scores = np.where(chance.random((mentees, 3)) < 0.01, chance.integers(0, 10_001, (mentees, 3)), -1)
    rows, columns = np.nonzero(scores >= 0)
    pairs = Pairs(rows, columns, scores[rows, columns], mentees=mentees, mentors=3)
    given_ = pairs if is_sparse else blocks_of(scores.astype(np.int16))

    found = unpack(pack(given_), mentees=mentees, mentors=3)

    assert (dense_of(found) == scores).all()
    assert digest_of(found) == digest_of(pairs)


def test_an_assignment_of_kept_scores_is_the_same():
    scores = np.random.default_rng(1).integers(-1, 10_001, (40, 25)).astype(np.int16)
    places = np.full(25, 2)

    before = assign(Problem(blocks_of(scores), places))
    after = assign(Problem(unpack(pack(blocks_of(scores)), mentees=40, mentors=25), places))

    assert (before.mentor_of == after.mentor_of).all()
    assert before.certificate == after.certificate


def test_the_largest_cohort_can_be_kept_and_a_larger_one_says_so():
    must_be_kept(10_000, 6_250)
    must_be_kept(1, PAIRS_MAX)

    with pytest.raises(BadCohort, match="10,000 mentees and 6,401 mentors are 64,010,000 pairs; a cohort has 64,000"):
        must_be_kept(10_000, 6_401)


def test_a_score_beyond_16_bits_is_refused():
    with pytest.raises(BadCohort, match="A score is above 32,767"):
        pack(Pairs([0], [0], [40_000], mentees=1, mentors=1))


def read_or_refused(data: bytes, *, mentees: int, mentors: int) -> np.ndarray | str:
    """Return the scores, or the sentence of the refusal."""
    try:
        return dense_of(unpack(data, mentees=mentees, mentors=mentors))
    except ValueError as fault:
        return str(fault)


@given(st.binary(max_size=60), st.integers(0, 3), st.integers(0, 3))
def test_other_bytes_are_refused_or_read_but_never_crash(data, mentees, mentors):
    found = read_or_refused(data, mentees=mentees, mentors=mentors)

    assert not isinstance(found, str) or found.startswith("The kept scores are")


@given(st.integers(0, 200), st.integers(1, 255))
def test_a_changed_byte_is_found(place, change):
    scores = np.random.default_rng(2).integers(-1, 10_001, (5, 7)).astype(np.int16)
    data = bytearray(pack(blocks_of(scores)))
    data[place % len(data)] ^= change

    found = read_or_refused(bytes(data), mentees=5, mentors=7)

    # A bit of the header of zlib may tell nothing.
    assert found.startswith("The kept scores are") if isinstance(found, str) else (found == scores).all()


@pytest.mark.parametrize(("mentees", "mentors"), [(4, 7), (6, 7), (5, 6), (5, 8), (300, 7)])
def test_scores_of_other_people_are_refused(mentees, mentors):
    data = pack(blocks_of(np.zeros((5, 7), dtype=np.int16)))

    with pytest.raises(ValueError, match="The kept scores are not those of"):
        dense_of(unpack(data, mentees=mentees, mentors=mentors))
