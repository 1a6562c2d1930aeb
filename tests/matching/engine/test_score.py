import math

import numpy as np
import pytest

from matching.engine import DEFAULT_WEIGHTS, NOT_STATED_SHARE, MentorTable, Weights, fit, points, weights_of
from matching.engine.fitted import FITTED
from matching.engine.score import NAMES, WEIGHTS_OF_FACTS

from .builders import TEXT, mentor, need, sentences, terms

NEEDS_ONLY = Weights(("needs",), (1.0,), "test")


def test_the_default_weights_are_the_fitted_points():
    assert set(DEFAULT_WEIGHTS.names) <= set(NAMES)
    assert dict(zip(DEFAULT_WEIGHTS.names, DEFAULT_WEIGHTS.points, strict=True)) == pytest.approx(
        FITTED.points, abs=0.02
    )
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


def test_a_request_without_a_text_is_judged_by_facts_alone():
    assert weights_of(need(text=TEXT)) is DEFAULT_WEIGHTS
    assert weights_of(need()) is WEIGHTS_OF_FACTS
    assert not {"text", "sentences"} & set(WEIGHTS_OF_FACTS.names)
    assert sum(WEIGHTS_OF_FACTS.points) == pytest.approx(100)


def test_the_version_of_the_weights_names_the_fitted_numbers():
    assert DEFAULT_WEIGHTS.version == FITTED.version
    assert WEIGHTS_OF_FACTS.version == f"{FITTED.version}+facts"


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
    weights = Weights(("needs", "goal"), (3.0, 1.0), "test")
    table = MentorTable([mentor(1, teaches=terms("sql"))])

    judged = fit(need(needs=terms("sql", "java")), table, np.array([0]), weights)

    assert judged.score.tolist() == pytest.approx([0.75 * 0.5 + 0.25 * 1.0])


def test_sentences_that_are_not_read_count_as_half_the_mean_of_the_graded_pairs():
    weights = Weights(("sentences",), (1.0,), "test")
    table = MentorTable([mentor(1), mentor(2), mentor(3)])
    read = {1: sentences(0.9, 0.9, 0.9), 2: sentences(0.0)}

    judged = fit(need(question=TEXT), table, np.arange(3), weights, read)

    floor = NOT_STATED_SHARE * FITTED.mean_of_sentences
    assert judged.assumed[:, 0].tolist() == pytest.approx([1.0, floor, floor])
    assert judged.criteria[:, 0].tolist() == pytest.approx([1.0, 0.0, math.nan], nan_ok=True)


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
