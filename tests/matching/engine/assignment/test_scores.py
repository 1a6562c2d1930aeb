"""Scores as whole numbers, and input that cannot be assigned: a sentence that says what to do."""

from dataclasses import replace

import numpy as np
import pytest

from matching.engine.assignment import (
    NOT_ELIGIBLE,
    ONE,
    BadCohort,
    Pairs,
    Policy,
    Problem,
    assign,
    both_sides,
    scaled,
)

from .cohorts import pairs_of, problem_of


def test_fits_become_whole_numbers():
    assert scaled([0, 0.12344, 0.12346, 1]).tolist() == [0, 1234, 1235, ONE]


def test_both_sides_count_by_their_harmonic_mean():
    assert both_sides([0.5, 1.0, 0.0, 0.0], [0.5, 0.5, 1.0, 0.0]) == pytest.approx([0.5, 2 / 3, 0, 0])


def test_the_score_of_a_pair_is_found_or_it_is_not_eligible():
    pairs = Pairs([1, 0, 1], [0, 1, 2], [7, 5, 9], mentees=2, mentors=3)

    assert pairs.of([0, 1, 1, 0], [1, 0, 2, 0]).tolist() == [5, 7, 9, NOT_ELIGIBLE]
    assert Pairs([], [], [], mentees=2, mentors=3).of([0], [0]).tolist() == [NOT_ELIGIBLE]


def test_a_matrix_has_the_pairs_that_are_eligible():
    pairs = Pairs.of_matrix([[0.5, np.nan], [0.25, 1]], [[True, False], [True, True]])

    assert pairs.of([0, 0, 1, 1], [0, 1, 0, 1]).tolist() == [5000, NOT_ELIGIBLE, 2500, ONE]


def test_the_best_of_each_side_are_found():
    chance = np.random.default_rng(2)
    rows = chance.integers(0, 8, (7, 5)).tolist()
    pairs = pairs_of(rows)

    best = pairs.best(2)

    found = set(zip(best.mentee.tolist(), best.mentor.tolist(), strict=True))
    for mentee in range(7):
        first = sorted(range(5), key=lambda mentor: (-rows[mentee][mentor], mentor))[:2]
        assert {(mentee, mentor) for mentor in first} <= found
    for mentor in range(5):
        first = sorted(range(7), key=lambda mentee: (-rows[mentee][mentor], mentee))[:2]
        assert {(mentee, mentor) for mentee in first} <= found
    assert len(found) <= 2 * 7 + 2 * 5


@pytest.mark.parametrize("wrong", [np.nan, np.inf, -np.inf, -0.1, 1e9])
def test_a_fit_that_is_no_number_in_range_is_refused(wrong):
    with pytest.raises(BadCohort, match=r"^A score is .*; (leave out|give) .*\.$"):
        Pairs.of_fits([0, 0], [0, 1], [0.5, wrong], mentees=1, mentors=2)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (([0, 2], [0, 0], [1, 1]), "Mentee 2 is unknown; the cohort has 2 mentees, counted from 0."),
        (([0, -1], [0, 0], [1, 1]), "Mentee -1 is unknown; the cohort has 2 mentees, counted from 0."),
        (([0], [9], [1]), "Mentor 9 is unknown; the cohort has 3 mentors, counted from 0."),
        (([0, 0], [1, 1], [1, 2]), "Mentee 0 and mentor 1 are scored twice; give each pair once."),
        (([0, 0], [1], [1, 2]), "2 mentees, 1 mentors and 2 scores; give one of each for each pair."),
        (([0], [1], [-1]), "A score is not from 0 to 1,000,000,000; leave out pairs that are not eligible."),
        (([0], [1], [0.5]), "A score is no whole number; count people from 0, and pass fits through ``scaled``."),
    ],
)
def test_pairs_that_make_no_sense_are_refused(arguments, sentence):
    with pytest.raises(BadCohort) as refused:
        Pairs(*arguments, mentees=2, mentors=3)

    assert str(refused.value) == sentence


def test_fits_and_eligible_pairs_of_different_shapes_are_refused():
    with pytest.raises(BadCohort, match="one row for each mentee"):
        Pairs.of_matrix([[0.5, 0.5]], [[True]])


ROWS = [[5, 4], [3, None]]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"capacity": [0, 0]}, "No mentor has a free place; raise the number of places of at least one."),
        ({"capacity": [1, -1]}, "Mentor 1 has -1 places; give 0 or more."),
        ({"capacity": [1]}, "1 numbers of places for 2 mentors; give one for each mentor."),
        ({"capacity": [0.5, 1]}, "A number of places is no whole number; give each mentor 0, 1, 2 and so on."),
        (
            {"capacity": [10**7, 1]},
            "A mentor has more than a million places; give the number of mentees they can carry.",
        ),
        (
            {"pins": {(0, 0)}, "bans": {(0, 0)}},
            "Mentee 0 and mentor 0 are pinned and forbidden; remove one of the two.",
        ),
        ({"pins": {(0, 0), (0, 1)}}, "Mentee 0 is pinned to mentors 0 and 1; keep one of the two pins."),
        ({"pins": {(0, 0), (1, 0)}}, "Mentor 0 has more pins than places: 2 and 1. Remove pins or add places."),
        (
            {"pins": {(1, 1)}},
            "Mentee 1 is pinned to mentor 1, who is not eligible; remove the pin, or the rule between them.",
        ),
        (
            {"pins": {(5, 0)}},
            "Pinned pair (mentee 5, mentor 0) has an unknown person; there are 2 mentees and 2 mentors, counted from "
            "0.",
        ),
        (
            {"bans": {(0, -2)}},
            "Forbidden pair (mentee 0, mentor -2) has an unknown person; there are 2 mentees and 2 mentors, counted "
            "from 0.",
        ),
        ({"load_step": -1}, "The cost of load is -1; give 0 to 1,000,000 units, 500 by default."),
        ({"seed": -1}, "The seed is -1; give 0 or more."),
    ],
)
def test_a_cohort_without_an_answer_is_refused(arguments, sentence):
    with pytest.raises(BadCohort) as refused:
        problem_of(ROWS, **({"capacity": [1, 1]} | arguments))

    assert str(refused.value) == sentence


def test_a_cohort_without_eligible_pairs_is_refused():
    with pytest.raises(BadCohort, match=r"^No mentor is eligible for any mentee; .*\.$"):
        problem_of([[None, None]], [1, 1])


def test_an_unknown_policy_is_refused():
    with pytest.raises(BadCohort, match=r"^'fairest' is no policy; use one of bottleneck, total, .*every_mentor\.$"):
        problem_of(ROWS, [1, 1], "fairest")


def test_sums_that_may_be_inexact_are_refused():
    mentees = 3000
    pairs = Pairs(np.arange(mentees), np.zeros(mentees, int), np.full(mentees, 10**9), mentees=mentees, mentors=1)

    with pytest.raises(BadCohort, match="give scores in larger units, or divide the cohort"):
        assign(Problem(pairs, np.array([mentees]), Policy.COVERAGE))


def test_an_edit_replaces_the_pin_of_a_mentee_and_lifts_a_ban():
    problem = problem_of([[5, 4], [3, 3]], [1, 1], pins={(0, 0)}, bans={(0, 1)})

    edited = problem.edited(pin=[(0, 1)], forbid=[(1, 1)])

    assert (edited.pins, edited.bans) == ({(0, 1)}, {(1, 1)})
    assert (problem.pins, problem.bans) == ({(0, 0)}, {(0, 1)})
    released = edited.edited(release=[(0, 1), (1, 1)])
    assert (released.pins, released.bans) == (frozenset(), frozenset())
    assert problem.edited(forbid=[(0, 0)]).pins == frozenset()


def test_a_problem_does_not_change_with_the_array_it_was_made_of():
    places = np.array([1, 1])
    problem = replace(problem_of(ROWS, [1, 1]), capacity=places)

    places[0] = 0

    assert problem.capacity.tolist() == [1, 1]
