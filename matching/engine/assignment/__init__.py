"""Assign a whole cohort at once, provably well. Values in, values out; no clock, no database."""

from matching.engine.assignment.certificate import Certificate, Cover, check_certificate
from matching.engine.assignment.edits import Alternative, Cost, WhatIf, cost_of, swapped, what_if
from matching.engine.assignment.problem import LOAD_STEP, Pair, Policy, Problem
from matching.engine.assignment.report import Group, LeftOut, Report, report_of
from matching.engine.assignment.scores import NOT_ELIGIBLE, ONE, BadCohort, Pairs, Scored, Scores, both_sides, scaled
from matching.engine.assignment.solve import Assignment, Value, assign

__all__ = [
    "LOAD_STEP",
    "NOT_ELIGIBLE",
    "ONE",
    "Alternative",
    "Assignment",
    "BadCohort",
    "Certificate",
    "Cost",
    "Cover",
    "Group",
    "LeftOut",
    "Pair",
    "Pairs",
    "Policy",
    "Problem",
    "Report",
    "Scored",
    "Scores",
    "Value",
    "WhatIf",
    "assign",
    "both_sides",
    "check_certificate",
    "cost_of",
    "report_of",
    "scaled",
    "swapped",
    "what_if",
]
