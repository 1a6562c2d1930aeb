"""The best assignment by each policy, against all assignments of small cohorts."""

import numpy as np
import pytest

from matching.engine.assignment import Policy, assign, check_certificate

from .cohorts import POLICIES, best_goodness, drawn_problem, goodness, problem_of


@pytest.mark.parametrize("policy", POLICIES)
def test_an_assignment_is_the_best_of_all_by_its_policy(policy):
    for seed in range(150):
        problem, rows = drawn_problem(seed, policy)

        found = assign(problem)

        assert goodness(problem, rows, found.mentor_of.tolist()) == best_goodness(problem, rows), seed
        assert check_certificate(found.certificate, problem) == [], seed
