"""The points of a mentor in words."""

from __future__ import annotations

from matching.engine.score import NAMES
from matching.pages.points import CRITERIA_LABELS, criteria_lines


def test_every_criterion_has_words():
    assert set(NAMES) <= set(CRITERIA_LABELS)


def test_lines_have_the_heaviest_criterion_first_and_never_more_than_its_most():
    lines = criteria_lines(
        {
            "language": {"weight": 4.4, "points": 5, "assumed": False},
            "needs": {"weight": 30.6, "points": 12, "assumed": True},
        }
    )

    assert [(line.label, line.points, line.most, line.assumed) for line in lines] == [
        ("Knows what you ask for", 12, 31, True),
        ("Speaks a language with you", 5, 5, False),
    ]
