"""Assign a whole cohort at once, provably well. Values in, values out; no clock, no database.

``Problem`` -> ``assign`` -> ``Assignment`` with a ``Certificate``. Then ``report_of`` the draft, ``what_if`` of a pair,
``cost_of`` an edit, ``alternates_of`` its pairs, ``audit_of`` the result. ``preflight`` looks at a cohort before.
"""

from matching.engine.assignment.alternates import alternates_of
from matching.engine.assignment.audit import audit_of, digest_of, score_lines
from matching.engine.assignment.blocks import Blocks
from matching.engine.assignment.certificate import Certificate, Cover, check_certificate
from matching.engine.assignment.edits import Alternative, Cost, WhatIf, cost_of, swapped, what_if
from matching.engine.assignment.mentor_side import mentors_side
from matching.engine.assignment.pair_rules import (
    Apart,
    DifferentDepartment,
    OutsideReportingLine,
    OutsideReportingLines,
    PairRule,
)
from matching.engine.assignment.preflight import Finding, preflight
from matching.engine.assignment.problem import LOAD_STEP, Pair, Policy, Problem
from matching.engine.assignment.profiles import scores_of_profiles, sole_obstacles
from matching.engine.assignment.report import Group, LeftOut, Report, report_of
from matching.engine.assignment.scores import NOT_ELIGIBLE, ONE, BadCohort, Pairs, Scored, Scores, both_sides, scaled
from matching.engine.assignment.solve import Assignment, Value, assign

__all__ = [
    "LOAD_STEP",
    "NOT_ELIGIBLE",
    "ONE",
    "Alternative",
    "Apart",
    "Assignment",
    "BadCohort",
    "Blocks",
    "Certificate",
    "Cost",
    "Cover",
    "DifferentDepartment",
    "Finding",
    "Group",
    "LeftOut",
    "OutsideReportingLine",
    "OutsideReportingLines",
    "Pair",
    "PairRule",
    "Pairs",
    "Policy",
    "Problem",
    "Report",
    "Scored",
    "Scores",
    "Value",
    "WhatIf",
    "alternates_of",
    "assign",
    "audit_of",
    "both_sides",
    "check_certificate",
    "cost_of",
    "digest_of",
    "mentors_side",
    "preflight",
    "report_of",
    "scaled",
    "score_lines",
    "scores_of_profiles",
    "sole_obstacles",
    "swapped",
    "what_if",
]
