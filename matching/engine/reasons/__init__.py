"""Reasons for a suggestion: sentences built from evidence, to each side about the other."""

from matching.engine.reasons.mentee_side import reasons_for_mentee
from matching.engine.reasons.mentor_side import reasons_for_mentor
from matching.engine.reasons.pair import Pair

__all__ = ["Pair", "reasons_for_mentee", "reasons_for_mentor"]
