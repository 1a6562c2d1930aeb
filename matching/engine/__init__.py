"""The matching engine ranks mentors for a need, with reasons. Values in, values out; no clock, no database."""

from matching.engine.checks import check_mentor, check_need
from matching.engine.criteria import CRITERIA
from matching.engine.facts import Goal, Level, Mentor, Need, Outcomes, Price, Sentences, Speaks, Step, Term
from matching.engine.rank import MIN_FIT
from matching.engine.rules import RULES, SHOWN_ENOUGH, UNAVAILABLE, Rule, violations
from matching.engine.score import DEFAULT_WEIGHTS, NOT_STATED_SHARE, Fit, Weights, fit, points, weights_of
from matching.engine.suggest import CriterionScore, Ineligible, Suggestion, Suggestions, suggest
from matching.engine.table import MentorTable
from matching.engine.transitions import Transition, transitions
from matching.engine.vocabulary import Vocabulary
from matching.engine.why_not import PROPOSALS_MAX, WhyNot, why_not

# Stored with every match. Raise it whenever the same input may give another result.
ENGINE_VERSION = "2.1"

__all__ = [
    "CRITERIA",
    "DEFAULT_WEIGHTS",
    "ENGINE_VERSION",
    "MIN_FIT",
    "NOT_STATED_SHARE",
    "PROPOSALS_MAX",
    "RULES",
    "SHOWN_ENOUGH",
    "UNAVAILABLE",
    "CriterionScore",
    "Fit",
    "Goal",
    "Ineligible",
    "Level",
    "Mentor",
    "MentorTable",
    "Need",
    "Outcomes",
    "Price",
    "Rule",
    "Sentences",
    "Speaks",
    "Step",
    "Suggestion",
    "Suggestions",
    "Term",
    "Transition",
    "Vocabulary",
    "Weights",
    "WhyNot",
    "check_mentor",
    "check_need",
    "fit",
    "points",
    "suggest",
    "transitions",
    "violations",
    "weights_of",
    "why_not",
]
