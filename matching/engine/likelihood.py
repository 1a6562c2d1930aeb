"""Likelihood that a mentor answers, from past answers."""

from __future__ import annotations

from matching.engine.facts import Mentor

# Prior: four of five requests are answered, with the weight of five requests. (The mean of a Beta posterior; Laplace's
# rule of succession is the same with other counts.)
PRIOR_ANSWERS, PRIOR_QUESTIONS = 4.0, 5.0

# Points of rank that a mentor who never answers would lose.
SILENCE_COST = 10.0


def answer_likelihood(mentor: Mentor) -> float:
    """Return the smoothed share of requests that ``mentor`` answered, with yes or no, in (0, 1)."""
    asked = mentor.answered + mentor.silent
    return (mentor.answered + PRIOR_ANSWERS) / (asked + PRIOR_QUESTIONS)


def silence_cost(mentor: Mentor) -> float:
    """Return the points of rank lost for the likelihood of no answer, from 0 to SILENCE_COST."""
    return SILENCE_COST * (1.0 - answer_likelihood(mentor))
