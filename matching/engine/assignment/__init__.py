"""Assign a whole cohort at once, provably well. Values in, values out; no clock, no database."""

from matching.engine.assignment.certificate import Certificate, Cover, check_certificate
from matching.engine.assignment.problem import LOAD_STEP, Pair, Policy, Problem
from matching.engine.assignment.scores import NOT_ELIGIBLE, ONE, BadCohort, Pairs, Scored, Scores, both_sides, scaled
from matching.engine.assignment.solve import Assignment, Value, assign

__all__ = [
    "LOAD_STEP",
    "NOT_ELIGIBLE",
    "ONE",
    "Assignment",
    "BadCohort",
    "Certificate",
    "Cover",
    "Pair",
    "Pairs",
    "Policy",
    "Problem",
    "Scored",
    "Scores",
    "Value",
    "assign",
    "both_sides",
    "check_certificate",
    "scaled",
]
