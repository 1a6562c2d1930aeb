import math

import numpy as np
import pytest

from matching.engine import (
    CRITERIA,
    DEFAULT_WEIGHTS,
    NOT_STATED_SHARE,
    MentorTable,
    Weights,
    fit,
    points,
    weights_for,
)

from .builders import mentor, need, terms

NEEDS_ONLY = Weights(("needs",), (1.0,), "test")


def test_the_default_weights_cover_every_criterion_and_sum_to_100_points():
    assert set(DEFAULT_WEIGHTS.names) == set(CRITERIA)
    assert sum(DEFAULT_WEIGHTS.points) == pytest.approx(100)


@pytest.mark.parametrize(
    ("names", "values", "fault"),
    [
        (("needs",), (-1.0,), "The weight of needs is -1.0"),
        (("needs",), (math.nan,), "The weight of needs is nan"),
        (("needs",), (math.inf,), "The weight of needs is inf"),
        (("needs", "path"), (0.0, 0.0), "sum to zero"),
        ((), (), "sum to zero"),
        (("needs", "path"), (1e308, 1e308), "sum to more"),
        (("charm",), (1.0,), "'charm' is no criterion"),
        (("needs", "needs"), (1.0, 1.0), "weighed twice"),
        (("needs", "path"), (1.0,), "2 names and 1 values"),
    ],
)
def test_invalid_weights_are_refused(names, values, fault):
    with pytest.raises(ValueError, match=fault):
        Weights(names, values, "test")


def gain(weights, name):
    """Return the maximum points of a criterion, less the default maximum."""
    column = DEFAULT_WEIGHTS.names.index(name)
    return weights.points[column] - DEFAULT_WEIGHTS.points[column]


@pytest.mark.parametrize("kind", ["job_abroad", "academia_to_industry"])
def test_path_weighs_more_for_some_goals(kind):
    assert gain(weights_for(kind, "ongoing"), "path") > 0


def test_needs_and_time_weigh_more_for_a_single_session():
    weights = weights_for("promotion", "one_off")

    assert gain(weights, "needs") > 0
    assert gain(weights, "availability") > 0


def test_adjusted_weights_have_a_version_that_names_the_adjustments():
    assert weights_for("promotion", "ongoing") == DEFAULT_WEIGHTS
    assert weights_for("job_abroad", "one_off").version == f"{DEFAULT_WEIGHTS.version}+job_abroad+one_off"


def test_missing_data_counts_as_half_the_mean_of_approved_mentors():
    table = MentorTable(
        [
            mentor(1, teaches=terms("sql")),
            mentor(2),
            mentor(3, skills=terms("chess")),
            mentor(4, teaches=terms("sql"), status="paused"),
        ]
    )

    judged = fit(need(needs=terms("sql")), table, np.array([0, 1, 2]), NEEDS_ONLY)

    mean = (1.0 + 0.0 + 0.0) / 3
    assert judged.criteria[:, 0].tolist() == pytest.approx([1.0, math.nan, 0.0], nan_ok=True)
    assert judged.assumed[:, 0].tolist() == pytest.approx([1.0, NOT_STATED_SHARE * mean, NOT_STATED_SHARE * mean])


def test_an_ineligible_mentor_still_counts_in_the_mean():
    request = need(needs=terms("sql"))
    table = MentorTable([mentor(1), mentor(2, teaches=terms("sql"), running=2)])

    judged = fit(request, table, np.array([0]), NEEDS_ONLY)

    assert judged.assumed.tolist() == [[NOT_STATED_SHARE * 0.5]]


def test_a_criterion_that_nobody_states_adds_nothing():
    judged = fit(need(needs=()), MentorTable([mentor(1)]), np.array([0]), NEEDS_ONLY)

    assert judged.score.tolist() == [0.0]


def test_stating_a_modest_fact_does_not_lower_the_score():
    request = need(needs=terms("sql", "java"))
    others = [mentor(2, teaches=terms("sql", "java")), mentor(3, teaches=terms("sql"))]

    [silent] = fit(request, MentorTable([mentor(1), *others]), np.array([0]), NEEDS_ONLY).score
    [modest] = fit(request, MentorTable([mentor(1, skills=terms("chess")), *others]), np.array([0]), NEEDS_ONLY).score

    assert modest >= silent


def test_the_score_is_the_weighted_mean_of_the_criteria():
    weights = Weights(("needs", "language"), (3.0, 1.0), "test")
    table = MentorTable([mentor(1, teaches=terms("sql"))])

    judged = fit(need(needs=terms("sql", "java")), table, np.array([0]), weights)

    assert judged.score.tolist() == pytest.approx([0.75 * 0.5 + 0.25 * 0.8])


THREE = Weights(("needs", "path", "goal"), (1.0, 1.0, 1.0), "test")


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ((1.0, 1.0, 1.0), (34, 33, 33)),
        ((0.0, 0.0, 0.0), (0, 0, 0)),
        ((0.5, 0.5, 0.5), (17, 17, 16)),
        ((0.0, 0.015, 0.0), (0, 1, 0)),
        ((0.0, 0.0149, 0.0), (0, 0, 0)),
    ],
)
def test_whole_points_add_up_to_the_rounded_total_and_ties_go_in_order(values, expected):
    assert points(np.array(values), THREE) == expected
