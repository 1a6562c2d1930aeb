"""The concreteness check: what a help request lacks, said in words, with a better sentence for each.

Values in, values out: no Django, no database, no clock. The labelled set is ``matching/data/concreteness.json``.
"""

from matching.concreteness.check import check
from matching.concreteness.draft import Concreteness, Draft, Missing, Part, Verdict

__all__ = ["Concreteness", "Draft", "Missing", "Part", "Verdict", "check"]
