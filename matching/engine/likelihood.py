"""How likely a mentor is to answer, from how often they did."""

from __future__ import annotations

from matching.engine.facts import Mentor

# Before anything is known, four of five answer; what is seen weighs as much as this after five questions.
# (A Beta prior, whose mean is the smoothed share: Laplace's rule of succession, with other counts.)
PRIOR_ANSWERS, PRIOR_QUESTIONS = 4.0, 5.0

# What somebody who never answers would lose of their rank, in points.
SILENCE_COST = 10.0


def answer_likelihood(mentor: Mentor) -> float:
    """Return the smoothed share of questions that ``mentor`` answered, yes or no, in (0, 1)."""
    asked = mentor.answered + mentor.silent
    return (mentor.answered + PRIOR_ANSWERS) / (asked + PRIOR_QUESTIONS)


def silence_cost(mentor: Mentor) -> float:
    """Return what the likelihood of no answer takes from the rank, in points from 0 to SILENCE_COST."""
    return SILENCE_COST * (1.0 - answer_likelihood(mentor))
