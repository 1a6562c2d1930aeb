"""The scores of many requests, against judging one request after the other."""

from random import Random

import numpy as np
import pytest

from matching.engine import MentorTable, suggest
from matching.engine.assignment import (
    NOT_ELIGIBLE,
    ONE,
    Apart,
    BadCohort,
    DifferentDepartment,
    Pairs,
    Policy,
    Problem,
    assign,
    check_certificate,
    scores_of_profiles,
    sole_obstacles,
)
from matching.engine.assignment import blocks as blocks_module
from matching.engine.assignment.blocks import Blocks

from ..builders import mentor, need
from ..strategies import drawn_mentor
from ..test_chances import drawn_need


def drawn_cohort(seed, mentees=40, mentors=70):
    """Return requests and a table in which they differ in all that a profile has."""
    random = Random(seed)
    needs = [drawn_need(random) for _ in range(mentees)]
    for number, one in enumerate(needs):
        object.__setattr__(one, "mentee_id", 1000 + number)
    table = MentorTable(drawn_mentor(id, random, random.choice(needs)) for id in range(1, mentors + 1))
    return needs, table


def one_by_one(needs, table, **more):
    """Return the scores of suggestions, shape (N, M), NOT_ELIGIBLE where there is none."""
    found = np.full((len(needs), len(table)), NOT_ELIGIBLE)
    for row, one in enumerate(needs):
        judged = suggest(one, table, **more).order
        found[row, judged.rows] = np.rint(judged.judged.score * ONE)
    return found


def matrix(scores):
    mentees, mentors = scores.shape
    return scores.of(np.arange(mentees)[:, None], np.arange(mentors)[None, :])


@pytest.mark.parametrize("seed", range(6))
def test_scores_are_those_of_suggestions(seed):
    needs, table = drawn_cohort(seed)

    found, expected = matrix(scores_of_profiles(needs, table)), one_by_one(needs, table)

    assert ((found == NOT_ELIGIBLE) == (expected == NOT_ELIGIBLE)).all()
    assert np.abs(found - expected).max() <= 1
    assert (found != expected).mean() < 0.01


def test_without_texts_scores_are_exactly_those_of_suggestions():
    needs, table = drawn_cohort(9)
    for one in needs:
        object.__setattr__(one, "text", None)

    assert (matrix(scores_of_profiles(needs, table)) == one_by_one(needs, table)).all()


def test_named_rules_remove_nobody():
    needs, table = [need(format="one_off")], MentorTable([mentor(1, formats=frozenset({"ongoing"})), mentor(2)])

    assert matrix(scores_of_profiles(needs, table))[0, 0] == NOT_ELIGIBLE
    assert matrix(scores_of_profiles(needs, table, despite=["format_not_offered"]))[0, 0] > 0


def test_rules_of_the_cohort_and_a_lowest_fit_exclude_pairs():
    needs = [need(mentee_id=1001), need(mentee_id=1002)]
    table = MentorTable([mentor(1), mentor(2, session_kinds=frozenset({"cv_review"}))])
    rules = [DifferentDepartment(["sales", "legal"], ["sales", "law"]), Apart(["a", "b"], ["c", "d"], [("d", "b")])]

    found = matrix(scores_of_profiles(needs, table, rules=rules)) >= 0
    assert found.tolist() == [[False, True], [True, False]]
    fits = matrix(scores_of_profiles(needs, table))
    high = (fits[0, 0] + 1) / ONE
    assert (matrix(scores_of_profiles(needs, table, least=high)) >= 0).tolist() == [[False, True], [False, True]]


def test_the_other_side_counts_by_the_harmonic_mean():
    needs, table = [need()], MentorTable([mentor(1), mentor(2)])
    own = matrix(scores_of_profiles(needs, table))[0]

    found = matrix(scores_of_profiles(needs, table, other_side=lambda start, end: np.array([[0.5, 0.0]])))[0]

    fit = own[0] / ONE
    assert found.tolist() == pytest.approx([ONE * 2 * fit * 0.5 / (fit + 0.5), 0], abs=1)


def test_bad_requests_are_refused():
    table = MentorTable([mentor(1)])
    with pytest.raises(BadCohort, match="Mentee 1000 has two requests in the cohort; choose one for each person"):
        scores_of_profiles([need(), need()], table)
    with pytest.raises(BadCohort, match="'unknown' is no hard rule"):
        scores_of_profiles([need()], table, despite=["unknown"])


def test_the_rules_that_alone_exclude_mentors_are_counted():
    table = MentorTable([mentor(1, formats=frozenset()), mentor(2, formats=frozenset(), goals=frozenset()), mentor(3)])

    assert sole_obstacles(need(), table) == {"format_not_offered": 1}


def test_a_rule_that_does_not_count_is_no_obstacle():
    table = MentorTable([mentor(1, is_away=True), mentor(2, is_away=True, formats=frozenset())])

    assert sole_obstacles(need(), table) == {"away": 1}
    assert sole_obstacles(need(), table, despite=["away"]) == {"format_not_offered": 1}


@pytest.mark.parametrize("kept", [0, 2**30])
@pytest.mark.parametrize("rows", [3, 256])
def test_blocks_answer_as_pairs_do(monkeypatch, kept, rows):
    monkeypatch.setattr(blocks_module, "KEPT_BYTES", kept)
    monkeypatch.setattr(blocks_module, "MENTEES_IN_BLOCK", rows)
    monkeypatch.setattr(blocks_module, "CANDIDATES", 40)
    chance = np.random.default_rng(rows)
    dense = chance.integers(-1, ONE + 1, (20, 9)).astype(np.int16)
    dense[chance.random(dense.shape) < 0.3] = NOT_ELIGIBLE
    one = Blocks(lambda start, end: dense[start:end], 20, 9)
    rest = np.nonzero(dense >= 0)
    other = Pairs(*rest, dense[rest], mentees=20, mentors=9)

    assert one.highest == other.highest
    assert (matrix(one) == matrix(other)).all()
    for found, expected in [
        (one.best(3), other.best(3)),
        *[
            (one.above(own, prices, least=least, most=99), other.above(own, prices, least=least, most=99))
            for least in (0, 5000)
            for own in (np.full(20, -1), chance.integers(-9000, 9000, 20), np.full(20, 10**15), np.full(20, -(10**9)))
            for prices in (np.zeros(9, int), chance.integers(-(10**9), 10**9 + 9000, 9), np.full(9, 4 * 10**15))
        ],
    ]:
        assert found.keys(9).tolist() == expected.keys(9).tolist()
        assert found.score.tolist() == expected.score.tolist()


def test_progress_counts_the_mentees_of_the_first_pass():
    done = []
    scores = Blocks(lambda start, end: np.zeros((end - start, 2), np.int16), 600, 2, progress=done.append)

    assert scores.highest == 0
    assert len(scores.best(1)) >= 600
    assert done == [256, 512, 600]


@pytest.mark.parametrize("policy", list(Policy))
def test_profiles_are_assigned_with_a_certificate(policy):
    needs, table = drawn_cohort(3)
    problem = Problem(scores_of_profiles(needs, table), table.capacity_left[:], policy)

    found = assign(problem)

    assert found.value.matched > 0
    assert check_certificate(found.certificate, problem) == []
