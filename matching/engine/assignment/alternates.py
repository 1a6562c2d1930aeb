"""Mentors who are kept for each mentee of a draft, in case one of the two declines."""

from __future__ import annotations

import numpy as np

from matching.engine.assignment.problem import Pair
from matching.engine.assignment.scores import MAX_SCORE, Scored, most_of_each
from matching.engine.assignment.solve import Assignment

KEPT = 2


def alternates_of(assignment: Assignment, *, kept: int = KEPT, least: int = 0) -> dict[Pair, tuple[int, ...]]:
    """Return up to ``kept`` other mentors for the mentee of each pair, the one to ask first in front.

    ``least``: the lowest score of an alternate.

    Mentors with a free place in the draft come first, then full ones: a place may be free by then. Among each, the
    higher score, then the lower index. Pins have none: people have decided on them. Several mentees may have the same
    alternate, so whoever proposes one looks at the places again.
    """
    problem, mentor_of = assignment.problem, assignment.mentor_of
    wants = mentor_of >= 0
    wants[[mentee for mentee, _ in problem.pins]] = False
    has_room = assignment.load < problem.capacity
    found = []
    for part in problem.scores.parts():
        wanted = wants[part.mentee] & (mentor_of[part.mentee] != part.mentor) & (problem.capacity[part.mentor] > 0)
        wanted &= ~problem.forbids(part) & (part.score >= least)
        found.append(most_of_each(part, _worth(part, has_room), wanted, kept))
    pairs = Scored.joined(found)
    pairs = pairs[np.lexsort((pairs.mentor, -_worth(pairs, has_room), pairs.mentee))]
    starts = np.searchsorted(pairs.mentee, np.arange(mentor_of.size + 1))
    return {
        (mentee, mentor): tuple(pairs.mentor[starts[mentee] : starts[mentee + 1]].tolist())
        for mentee, mentor in assignment.pairs
    }


def _worth(pairs: Scored, has_room: np.ndarray) -> np.ndarray:
    worth: np.ndarray = pairs.score + has_room[pairs.mentor] * (MAX_SCORE + 1)
    return worth
