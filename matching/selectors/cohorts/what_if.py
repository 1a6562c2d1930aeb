"""The best other mentor and the best other mentee of a pair, with what each costs. In English, for admins."""

from __future__ import annotations

from dataclasses import dataclass

from matching.engine.assignment import Alternative, what_if
from matching.exceptions import DraftNotMade
from matching.models import CohortDraft
from matching.selectors.cohorts.drafts import mentor_of
from matching.selectors.cohorts.edits import Edit, EditCost, in_words
from matching.selectors.cohorts.findings import names_of
from matching.selectors.cohorts.kept import assignment_of, seats_of_draft


@dataclass(frozen=True, slots=True)
class AlternativeInWords:
    """Another pair with its fit in points, and what pinning it costs the whole."""

    mentee_key: int
    mentor_key: int
    mentee: str
    mentor: str
    fit: float
    cost: EditCost


@dataclass(frozen=True, slots=True)
class WhatIfInWords:
    """The best other mentor of a mentee, and the best other mentee of the mentor. None: there is none."""

    of_mentee: AlternativeInWords | None
    of_mentor: AlternativeInWords | None


def what_if_of(draft: CohortDraft, mentee: int) -> WhatIfInWords:
    """Return the best alternatives for both sides of a pair. ``mentee``: the key of the member.

    Raises DraftNotMade, also for a mentee without a mentor.
    """
    if mentor_of(draft, mentee) is None:
        raise DraftNotMade("This mentee has no mentor in this draft.")
    seats, assignment = seats_of_draft(draft), assignment_of(draft)
    found = what_if(assignment, seats.row[mentee])

    def words(one: Alternative | None) -> AlternativeInWords | None:
        if one is None:
            return None
        keys = seats.keys(one.pair)
        names = names_of(keys)
        cost = in_words(one.cost, seats, Edit(pin=(keys,)).in_words(names))
        return AlternativeInWords(*keys, names.get(keys[0], ""), names.get(keys[1], ""), one.score / 100, cost)

    return WhatIfInWords(words(found.of_mentee), words(found.of_mentor))
