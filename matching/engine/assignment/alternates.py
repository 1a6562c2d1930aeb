"""Mentors who are kept for each mentee of a draft, in case one of the two declines."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from matching.engine.assignment.problem import Pair
from matching.engine.assignment.scores import MAX_SCORE, Ints, Scored, Small
from matching.engine.assignment.solve import Assignment
from matching.engine.columns import Bools

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
    found: dict[int, list[int]] = {mentee: [] for mentee, _ in assignment.pairs}
    for part in problem.scores.parts():
        wanted = wants[part.mentee] & (mentor_of[part.mentee] != part.mentor) & (problem.capacity[part.mentor] > 0)
        wanted &= ~problem.forbids(part) & (part.score >= least)
        for mentees, mentors in _best(part[wanted], has_room, kept):
            for mentee, mentor in zip(mentees.tolist(), mentors.tolist(), strict=True):
                found[mentee].append(mentor)
    return {(mentee, mentor): tuple(found[mentee]) for mentee, mentor in assignment.pairs}


def _best(pairs: Scored, has_room: Bools, kept: int) -> Iterator[tuple[Small, Ints]]:
    """Yield the best pair of each mentee, then the second best, and so on. No sort: there are millions of pairs."""
    if not len(pairs):
        return
    # One number tells the order: room, score, and the lower index.
    mentors = has_room.size
    worth = (pairs.score + has_room[pairs.mentor] * (MAX_SCORE + 1)) * mentors + (mentors - 1 - pairs.mentor)
    starts = np.flatnonzero(np.diff(pairs.mentee, prepend=-1))
    mentees, sizes = pairs.mentee[starts], np.diff(np.append(starts, len(pairs)))
    for _ in range(kept):
        best = np.maximum.reduceat(worth, starts)
        some = best >= 0
        yield mentees[some], mentors - 1 - best[some] % mentors
        worth[worth == np.repeat(best, sizes)] = -1
