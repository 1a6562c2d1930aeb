"""Points that are fitted to grades."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from matching.evaluation.fitting import Judged, Model, fit_model, judged_by, matrix, non_negative_ridge


def judged(grades, **evidence):
    return Judged(
        request="R",
        evidence={name: np.array(values, dtype=np.float64) for name, values in evidence.items()},
        grades=np.array(grades, dtype=np.float64),
        wanted=np.zeros(len(grades), dtype=np.bool_),
    )


def best_by_trying(x, y, penalty):
    """Return the best non-negative weights: for each subset of columns, solve it without the limit."""

    def cost(weights):
        return float(((x @ weights - y) ** 2).sum() + (penalty * weights**2).sum())

    columns = range(x.shape[1])
    found = [np.zeros(x.shape[1])]
    for size in range(1, x.shape[1] + 1):
        for chosen in map(list, combinations(columns, size)):
            weights = np.zeros(x.shape[1])
            part = x[:, chosen]
            weights[chosen] = np.linalg.solve(part.T @ part + np.diag(penalty[chosen]), part.T @ y)
            if (weights >= 0).all():
                found.append(weights)
    return min(found, key=cost)


@pytest.mark.parametrize("seed", range(12))
def test_the_ridge_finds_the_best_weights_without_a_negative_one(seed):
    chance = np.random.default_rng(seed)
    x, y = chance.normal(size=(30, 4)), chance.normal(size=30)
    x[:, 3] += x[:, 0]
    penalty = chance.uniform(0.1, 20, size=4)

    weights = non_negative_ridge(x, y, penalty)

    assert weights == pytest.approx(best_by_trying(x, y, penalty), abs=1e-6)
    assert (weights >= 0).all()


def test_one_weight_has_a_known_value():
    # The product is 14 and the square 14, so the weight is 14 / (14 + 2).
    column = np.array([1.0, 2.0, 3.0])

    assert non_negative_ridge(column[:, None], column, np.array([2.0])) == pytest.approx([0.875])


def test_a_column_of_zeros_has_no_weight():
    x = np.array([[1.0, 0.0], [2.0, 0.0]])

    assert non_negative_ridge(x, np.array([1.0, 2.0]), np.zeros(2)) == pytest.approx([1.0, 0.0])


def test_cosines_are_scaled_between_percentiles_of_the_graded_pairs():
    values = np.arange(101) / 100
    one = judged(values, text=values)

    model = fit_model([one], ["text"], ["text"])

    assert model == Model({"text": 100.0}, {"text": (0.2, 0.99)})
    assert model.column(one, "text")[[10, 20, 99, 100]].tolist() == pytest.approx([0, 0, 1, 1])
    assert matrix(one, ["text"], {})[:, 0].tolist() == values.tolist()


def test_a_criterion_that_tells_nothing_is_left_out():
    one = judged([0, 1, 2, 3], goal=[0, 0, 1, 1], path=[1, 1, 1, 1], needs=[1, 0.5, 0.5, 0])

    model = fit_model([one], ["goal", "path", "needs"], [])

    assert model.points == {"goal": 100.0}


def test_points_follow_the_use_of_the_criteria_and_sum_to_100():
    chance = np.random.default_rng(1)
    sets = []
    for _ in range(400):
        goal, path = chance.integers(0, 2, size=10), chance.uniform(size=10)
        sets.append(judged(3 * goal + path, goal=goal, path=path))

    points = fit_model(sets, ["goal", "path"], []).points

    assert sum(points.values()) == pytest.approx(100, abs=0.02)
    assert points["goal"] / points["path"] == pytest.approx(3, rel=0.1)


def test_only_differences_within_a_request_count():
    easy, hard = judged([5, 4], goal=[0, 0], path=[1, 0]), judged([1, 0], goal=[1, 1], path=[1, 0])

    assert fit_model([easy, hard], ["goal", "path"], []).points == {"path": 100.0}


@pytest.mark.parametrize(
    ("evidence", "fault"),
    [
        ({"text": [0.3, 0.3, 0.3]}, r"All cosines of text are 0\.3; grade more pairs"),
        ({"goal": [1, 1, 1]}, "No criterion tells the grades apart; grade more pairs"),
        ({"goal": [1, 0.5, 0]}, "No criterion tells the grades apart; grade more pairs"),
    ],
)
def test_grades_that_cannot_be_fitted_are_refused(evidence, fault):
    with pytest.raises(ValueError, match=fault):
        fit_model([judged([0, 1, 2], **evidence)], list(evidence), ["text"])


def test_a_model_is_judged_by_gain_and_by_the_first():
    model = Model({"goal": 100.0}, {})
    right, wrong = judged([5, 0], goal=[1, 0]), judged([0, 5], goal=[1, 0])

    assert judged_by(model, [right]) == (1.0, 1)
    gain, first = judged_by(model, [right, wrong])
    assert (0.5 < gain < 1, first) == (True, 1)
