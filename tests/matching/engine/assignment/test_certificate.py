"""A certificate proves its assignment, and nothing else: each single change is refused."""

import ast
from dataclasses import asdict, fields, replace
from pathlib import Path

import numpy as np
import pytest

from matching.engine.assignment import Cover, Policy, assign, check_certificate
from matching.engine.assignment import certificate as certificate_module

from .cohorts import POLICIES, best_goodness, drawn_problem, goodness, pairs_of, problem_of


def neighbours(value):
    """Return values that differ from a value of a certificate in one place."""
    match value:
        case None:
            return [Cover(0, (), ())]
        case str():
            return [str(policy) for policy in Policy if policy != value]
        case int():
            return [value - 1, value + 1]
        case Cover():
            return [
                None,
                *[
                    replace(value, **{field.name: changed})
                    for field in fields(value)
                    for changed in neighbours(getattr(value, field.name))
                ],
            ]
        case tuple():
            within = [
                (*value[:place], changed, *value[place + 1 :])
                for place, one in enumerate(value)
                for changed in neighbours(one)
            ]
            fewer = [value[:place] + value[place + 1 :] for place in range(len(value))]
            return [*within, *fewer, (*value, 0)]


@pytest.mark.parametrize("policy", POLICIES)
def test_each_single_change_is_refused(policy):
    for seed in range(12):
        problem, rows = drawn_problem(seed, policy)
        certificate = assign(problem).certificate
        for field in fields(certificate):
            for changed in neighbours(getattr(certificate, field.name)):
                other = replace(certificate, **{field.name: changed})
                if check_certificate(other, problem) == []:
                    # Only another assignment that is as good has the same proof.
                    assert field.name == "mentor_of", (seed, field.name, changed)
                    assert goodness(problem, rows, changed) == best_goodness(problem, rows), (seed, changed)


@pytest.mark.parametrize("policy", POLICIES)
def test_a_worse_assignment_is_refused(policy):
    for seed in range(30):
        problem, rows = drawn_problem(seed, policy)
        certificate = assign(problem).certificate
        for mentee, mentor in enumerate(certificate.mentor_of):
            worse = list(certificate.mentor_of)
            if mentor >= 0 and mentee not in {pinned for pinned, _ in problem.pins} and rows[mentee][mentor]:
                worse[mentee] = -1
                assert check_certificate(replace(certificate, mentor_of=tuple(worse)), problem) != []


def test_a_higher_score_of_a_pair_that_was_left_out_is_refused():
    rows = [[9, 2], [3, 8]]
    certificate = assign(problem_of(rows, [1, 1], Policy.TOTAL)).certificate

    assert check_certificate(certificate, problem_of([[9, 9], [9, 8]], [1, 1], Policy.TOTAL)) == [
        "A pair is worth more than utility and price together."
    ]


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"capacity": np.array([2, 1])}, "The number of places is not that of the cohort."),
        ({"bans": frozenset({(0, 1)})}, "The list of forbidden pairs is not that of the cohort."),
        ({"pins": frozenset({(0, 0)})}, "The list of pins is not that of the cohort."),
        ({"policy": Policy.COVERAGE}, "The policy is not that of the cohort."),
        ({"seed": 7}, "The seed is not that of the cohort."),
        ({"load_step": 7}, "The cost of load is not that of the cohort."),
        ({"scores": pairs_of([[9, 2, 1], [3, 8, 1]]), "capacity": np.ones(3, int)}, "The number of mentors"),
    ],
)
def test_a_certificate_of_another_cohort_is_refused(change, fault):
    problem = problem_of([[9, 2], [3, 8]], [1, 1])
    certificate = assign(problem).certificate

    assert any(found.startswith(fault) for found in check_certificate(certificate, replace(problem, **change)))


def test_a_lower_threshold_is_refused():
    """The total is the best at 2, but 6 is possible for everybody."""
    problem = problem_of([[10, 6], [6, 2]], [1, 1])
    best = assign(problem).certificate
    assert best.threshold == 6
    lower = replace(best, threshold=2, mentor_of=(0, 1), utilities=(10 + best.bonus, 2 + best.bonus), prices=(0, 0))

    assert "As many could be matched with a higher lowest score." not in check_certificate(best, problem)
    assert check_certificate(lower, problem) != []


def test_a_certificate_is_plain_data():
    certificate = assign(problem_of([[9, 2], [3, 8]], [1, 1])).certificate

    def plain(value):
        if isinstance(value, dict):
            return all(isinstance(key, str) and plain(one) for key, one in value.items())
        if isinstance(value, tuple):
            return all(plain(one) for one in value)
        return value is None or type(value) in (int, str)

    assert plain(asdict(certificate))


def test_the_check_shares_no_code_with_the_solver():
    tree = ast.parse(Path(certificate_module.__file__).read_text())
    modules = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    own = {
        (node.module, name.name) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for name in node.names
    }

    assert {module for module in modules if module.startswith("matching")} == {"matching.engine.assignment.problem"}
    assert {name for module, name in own if module.startswith("matching")} == {"Problem"}
