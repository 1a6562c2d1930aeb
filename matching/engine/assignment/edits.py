"""The cost of an edit before it is made, and the alternatives of a pair. All values are exact: the edit is solved."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from matching.engine.assignment.problem import Pair
from matching.engine.assignment.scores import NOT_ELIGIBLE, BadCohort, Ints
from matching.engine.assignment.solve import Assignment, Value, assign


@dataclass(frozen=True, eq=False, slots=True)
class Cost:
    """The assignment before and after an edit. ``after`` is the best one that keeps the edit, with its certificate.

    ``matched``, ``worst`` and ``total`` are the differences of the values, negative for a loss. ``moved``: mentees
    who would get another mentor, or none; as few as the pairs looked at allow.
    """

    before: Assignment
    after: Assignment

    @property
    def values(self) -> tuple[Value, Value]:
        return self.before.value, self.after.value

    @property
    def matched(self) -> int:
        return self.after.value.matched - self.before.value.matched

    @property
    def worst(self) -> int:
        return self.after.value.worst - self.before.value.worst

    @property
    def total(self) -> int:
        return self.after.value.total - self.before.value.total

    @property
    def moved(self) -> tuple[int, ...]:
        return tuple(np.flatnonzero(self.before.mentor_of != self.after.mentor_of).tolist())


@dataclass(frozen=True, eq=False, slots=True)
class Alternative:
    """Another pair, its score, and what pinning it would cost the whole."""

    pair: Pair
    score: int
    cost: Cost


@dataclass(frozen=True, eq=False, slots=True)
class WhatIf:
    """The best other mentor of a mentee, and the best other mentee of this mentor. None: there is none."""

    pair: Pair
    of_mentee: Alternative | None
    of_mentor: Alternative | None


def cost_of(
    assignment: Assignment, *, pin: Iterable[Pair] = (), forbid: Iterable[Pair] = (), release: Iterable[Pair] = ()
) -> Cost:
    """Return the cost of an edit, as ``Problem.edited`` makes it. Nothing is changed.

    Raises BadCohort for an edit that contradicts pins, places or hard rules.
    """
    edited = assignment.problem.edited(pin=pin, forbid=forbid, release=release)
    return Cost(assignment, assign(edited, like=assignment))


def swapped(assignment: Assignment, one: int, other: int) -> tuple[Pair, Pair]:
    """Return the two pins that give each of two mentees the mentor of the other.

    Raises BadCohort if they are unknown, without a mentor, or have the same one.
    """
    mentor_of = assignment.mentor_of
    for mentee in (one, other):
        if not 0 <= mentee < mentor_of.size:
            raise BadCohort(f"Mentee {mentee} is unknown; the cohort has {mentor_of.size} mentees, counted from 0.")
        if mentor_of[mentee] < 0:
            raise BadCohort(f"Mentee {mentee} has no mentor to swap; pin a mentor instead.")
    if mentor_of[one] == mentor_of[other]:
        raise BadCohort(f"Mentees {one} and {other} have the same mentor; choose two with different ones.")
    return (one, int(mentor_of[other])), (other, int(mentor_of[one]))


def what_if(assignment: Assignment, mentee: int) -> WhatIf:
    """Return the best alternatives for both sides of the pair of ``mentee``, with the cost of each.

    Equal scores are tried in the order of indexes. Raises BadCohort for a mentee who is unknown or has no mentor.
    """
    problem, mentor_of = assignment.problem, assignment.mentor_of
    if not 0 <= mentee < mentor_of.size or mentor_of[mentee] < 0:
        raise BadCohort(f"Mentee {mentee} is in no pair; choose one with a mentor.")
    mentor = int(mentor_of[mentee])
    mentees, mentors = problem.scores.shape
    by_mentor = problem.scores.of(np.full(mentors, mentee), np.arange(mentors))
    by_mentee = problem.scores.of(np.arange(mentees), np.full(mentees, mentor))
    by_mentor[mentor] = NOT_ELIGIBLE
    by_mentor[problem.left <= 0] = NOT_ELIGIBLE
    by_mentee[mentor_of == mentor] = NOT_ELIGIBLE
    # Another person's pin stays.
    by_mentee[[pinned for pinned, _ in problem.pins]] = NOT_ELIGIBLE
    for banned, by in problem.bans:
        if banned == mentee:
            by_mentor[by] = NOT_ELIGIBLE
        if by == mentor:
            by_mentee[banned] = NOT_ELIGIBLE
    if problem.left[mentor] <= 0:
        by_mentee[:] = NOT_ELIGIBLE
    return WhatIf(
        (mentee, mentor),
        _alternative(assignment, by_mentor, lambda index: (mentee, index)),
        _alternative(assignment, by_mentee, lambda index: (index, mentor)),
    )


def _alternative(assignment: Assignment, scores: Ints, pair_of: Callable[[int], Pair]) -> Alternative | None:
    best = int(np.argmax(scores))
    if scores[best] == NOT_ELIGIBLE:
        return None
    pair = pair_of(best)
    return Alternative(pair, int(scores[best]), cost_of(assignment, pin=[pair]))
