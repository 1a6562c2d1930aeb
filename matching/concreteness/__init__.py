"""The concreteness check: the parts that a help request lacks, in words, with a better sentence for each.

Values in, values out: no Django, no database, no clock. ``tests/matching/concreteness/labelled.json`` holds drafts with
the verdicts of people.
"""

from matching.concreteness.check import check
from matching.concreteness.draft import Concreteness, Draft, Missing, Part, Verdict

__all__ = ["Concreteness", "Draft", "Missing", "Part", "Verdict", "check"]
