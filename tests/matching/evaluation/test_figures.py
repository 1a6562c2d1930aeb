"""Hits and misses of a ranking, and their figures."""

from __future__ import annotations

from fractions import Fraction

import pytest

from matching.evaluation.expectations import Expected, Notes
from matching.evaluation.figures import Answer, Figure, figures, judge_chance, judge_order, judge_rules

ANSWER = Answer(ranked=["a", "b", "c", "d"], rules={"x": ["paused", "price"]}, points={"a": 80, "b": 70, "c": 60})


def hits(checks) -> list[Fraction]:
    return [check.hit for check in checks]


@pytest.mark.parametrize(
    ("expected", "found"),
    [
        (Expected("R", first="a"), [1]),
        (Expected("R", first="b"), [0]),
        (Expected("R", first="x"), [0]),
        (Expected("R", top_n=2, top=("b", "c", "x")), [1, 0, 0]),
        (Expected("R", above=(("a", "b"), ("b", "a"), ("d", "x"), ("x", "d"), ("x", "y"))), [1, 0, 1, 0, 0]),
    ],
)
def test_an_order_is_judged_by_each_expectation(expected, found):
    assert hits(judge_order(expected, ANSWER)) == found


def test_hard_rules_are_judged_by_name_among_all_that_exclude():
    expected = Expected("R", ineligible={"x": "price", "a": "price"}, eligible=("a", "x"))

    assert hits(judge_rules(expected, ANSWER)) == [1, 0, 1, 0]
    assert hits(judge_rules(Expected("R", ineligible={"x": "no_overlap"}), ANSWER)) == [0]


def test_a_miss_without_eligible_mentors_says_so():
    [miss] = judge_order(Expected("R", first="x"), Answer(ranked=[], rules={"x": ["paused"]}))

    assert str(miss) == "R first: nobody instead of x (ineligible: paused)"


def test_a_miss_has_the_points_of_both_mentors():
    expected = Expected("R", first="b", top_n=1, top=("c",), above=(("x", "b"),), eligible=("x",))

    assert [check.found for check in (*judge_order(expected, ANSWER), *judge_rules(expected, ANSWER))] == [
        "a (rank 1, 80 points) instead of b (rank 2, 70 points)",
        "c (rank 3, 60 points) is not among the first 1",
        "x (ineligible: paused, price) is not above b (rank 2, 70 points)",
        "x (ineligible: paused, price) is not eligible",
    ]


def test_chance_is_exact():
    expected = Expected("R", first="a", top_n=3, top=("b", "x"), above=(("a", "b"), ("a", "x"), ("x", "a")))

    assert hits(judge_chance(expected, "abcd")) == [
        Fraction(1, 4),
        Fraction(3, 4),
        Fraction(0),
        Fraction(1, 2),
        Fraction(1),
        Fraction(0),
    ]
    assert hits(judge_chance(expected, "")) == [0] * 6
    assert hits(judge_chance(expected, "b")) == [0, 1, 0, 0, 0, 0]


def test_figures_are_hits_and_totals_of_all_and_of_marked_requests():
    expected = [Expected("R1", first="a", top_n=2, top=("a", "d")), Expected("R2", first="b", eligible=("a",))]
    checks = [check for row in expected for check in (*judge_order(row, ANSWER), *judge_rules(row, ANSWER))]

    assert figures(checks, Notes(jargon=frozenset({"R1", "R2"}), text_only=frozenset({"R2"}))) == {
        "first_hit": Figure(Fraction(1), 2),
        "first_hit_jargon": Figure(Fraction(1), 2),
        "first_hit_text_only": Figure(Fraction(0), 1),
        "top_n": Figure(Fraction(1), 2),
        "pairs": Figure(Fraction(0), 0),
        "hard_rules": Figure(Fraction(1), 1),
    }
