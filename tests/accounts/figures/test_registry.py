"""The registry of figures."""

import pytest

from accounts.figures.registry import all_figures, register
from accounts.figures.values import DEFAULT, Period, period_called


def test_a_code_is_taken_once():
    with pytest.raises(ValueError, match="registered twice"):
        register(all_figures()[0])


def test_a_chart_has_as_many_colours_as_parts():
    """The style sheet has five."""
    assert max(sum(part.in_chart for part in figure.parts) for figure in all_figures()) <= 5


@pytest.mark.parametrize("text", ["", "30", "30D", "all ", "\x00", "9" * 5000, "MONTH"])
def test_an_unknown_period_is_the_usual_one(text):
    assert period_called(text) is DEFAULT


def test_periods_are_called_by_their_values():
    assert [period_called(text) for text in ("30d", "90d", "365d", "all")] == list(Period)
