"""The best assignment by each policy, against all assignments of small cohorts."""

from dataclasses import replace

import numpy as np
import pytest

from matching.engine.assignment import Pairs, Policy, Problem, Scored, assign, check_certificate
from matching.engine.assignment.flow import SolverFault, Units, prices_of

from .cohorts import POLICIES, best_goodness, drawn_problem, goodness, problem_of


@pytest.mark.parametrize("policy", POLICIES)
def test_an_assignment_is_the_best_of_all_by_its_policy(policy):
    for seed in range(150):
        problem, rows = drawn_problem(seed, policy)

        found = assign(problem)

        assert goodness(problem, rows, found.mentor_of.tolist()) == best_goodness(problem, rows), seed
        assert check_certificate(found.certificate, problem) == [], seed


@pytest.mark.parametrize("policy", POLICIES)
def test_pairs_that_were_not_looked_at_are_priced_out(policy):
    for seed in range(60):
        problem, rows = drawn_problem(seed, policy)
        nothing = replace(assign(problem), considered=Scored.none())

        found = assign(problem, like=nothing)

        assert goodness(problem, rows, found.mentor_of.tolist()) == best_goodness(problem, rows), seed
        assert check_certificate(found.certificate, problem) == [], seed


@pytest.mark.parametrize("policy", POLICIES)
def test_popular_mentors_do_not_cost_the_optimum(policy, monkeypatch):
    """All want the same mentors, so the best two pairs of each mentee are far from enough."""
    chance = np.random.default_rng(5)
    fits = 0.9 * chance.random(60)[None, :] + 0.1 * chance.random((90, 60))
    problem = Problem(Pairs.of_matrix(fits), np.full(60, 2), policy, load_step=50)
    complete = assign(problem)
    monkeypatch.setattr("matching.engine.assignment.solve.FIRST_PAIRS", 2)
    monkeypatch.setattr("matching.engine.assignment.solve.ADDED_PAIRS", 3)

    pruned = assign(problem)

    assert pruned.value == complete.value
    assert pruned.certificate.utilities == complete.certificate.utilities
    assert check_certificate(pruned.certificate, problem) == []
    assert len(pruned.considered) < len(complete.considered)


@pytest.mark.parametrize("policy", POLICIES)
def test_pins_are_kept_and_forbidden_pairs_are_not_assigned(policy):
    rows = [[9, 1, 1], [9, 8, 1], [1, 1, 7]]
    problem = problem_of(rows, [1, 1, 1], policy, pins={(0, 1)}, bans={(2, 2)})

    found = assign(problem)

    assert found.mentor_of[0] == 1
    assert found.mentor_of[2] != 2


def test_a_pin_with_a_low_score_does_not_lower_the_threshold():
    found = assign(problem_of([[1, 9], [9, 8], [5, 7]], [2, 1], pins={(0, 0)}))

    assert found.certificate.threshold == 7
    assert found.value.worst == 1


def test_the_worst_pair_is_lifted_before_the_total():
    rows = [[10, 6], [7, 2]]

    lifted = assign(problem_of(rows, [1, 1]))
    total = assign(problem_of(rows, [1, 1], Policy.TOTAL))

    assert lifted.value.worst == 6
    assert (total.value.total, lifted.value.total) == (13, 13)
    assert assign(problem_of([[10, 6], [6, 1]], [1, 1])).value.worst == 6


def test_the_same_seed_gives_the_same_result_and_others_draw_among_equals():
    rows = [[5] * 8 for _ in range(8)]

    def drawn(seed):
        return tuple(assign(problem_of(rows, [1] * 8, seed=seed)).mentor_of.tolist())

    assert drawn(3) == drawn(3)
    assert len({drawn(seed) for seed in range(8)}) > 1


def test_the_first_mentee_of_a_list_is_not_preferred():
    first = [assign(problem_of([[5], [5]], [1], seed=seed)).mentor_of[0] for seed in range(40)]

    assert 5 < first.count(0) < 35


def test_load_is_spread_where_the_fit_costs_little():
    rows = [[60, 55], [60, 55], [60, 10]]

    spread = assign(problem_of(rows, [3, 3], Policy.BALANCED, load_step=10))
    total = assign(problem_of(rows, [3, 3], Policy.TOTAL))

    assert total.load.tolist() == [3, 0]
    assert spread.load.tolist() == [2, 1]


def test_every_mentor_has_one_at_the_expense_of_the_total():
    found = assign(problem_of([[9, 1], [9, 1], [9, 0]], [3, 2], Policy.EVERY_MENTOR))

    assert found.load.tolist() == [2, 1]


def test_more_people_come_before_a_higher_total():
    rows = [[100, 1], [1, None]]

    assert assign(problem_of(rows, [1, 1], Policy.COVERAGE)).value.matched == 2
    assert assign(problem_of(rows, [1, 1], Policy.TOTAL)).value.matched == 1


def test_progress_names_the_steps():
    steps = []

    assign(problem_of([[3, 2], [2, 3]], [1, 1]), progress=lambda step, pairs: steps.append(step))

    assert steps[0] == "pairs"
    assert steps[-1] == "flow"


def test_an_assignment_that_is_not_optimal_has_no_prices():
    pairs = Scored(np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1]), np.array([9, 1, 1, 9]))
    units = Units(np.array([0, 1]), np.array([1, 1]), np.array([0, 0]))

    with pytest.raises(SolverFault):
        prices_of(pairs, pairs.score, np.array([1, 0]), units, 2)
