"""A cohort to assign: scores, places, policy, pins and bans. ``check`` refuses what cannot be assigned."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum

import numpy as np

from matching.engine.assignment.scores import NOT_ELIGIBLE, BadCohort, Ints, Scored, Scores
from matching.engine.columns import Bools

Pair = tuple[int, int]

# A sum of scores and bonuses above this is refused: the solver multiplies costs by the number of people.
MAX_SUM = 10**15
# The balanced policy gives up so much fit to take one mentee from a mentor to one with one mentee less.
LOAD_STEP = 500


class Policy(StrEnum):
    """The best assignment is best in the first of these, then in the second, and so on.

    BOTTLENECK: matched people, the worst fit, the total. TOTAL: the total. COVERAGE: matched people, the total.
    BALANCED: matched people, the total less the cost of load. EVERY_MENTOR: mentors with a mentee, matched people, the
    total. The most matched people and the most mentors with a mentee never exclude each other.
    """

    BOTTLENECK = "bottleneck"
    TOTAL = "total"
    COVERAGE = "coverage"
    BALANCED = "balanced"
    EVERY_MENTOR = "every_mentor"


@dataclass(frozen=True, eq=False)
class Problem:
    """``scores`` of all eligible pairs, and the places of each mentor, shape (M,).

    ``pins`` are pairs (mentee, mentor) that must be in the result; ``bans`` must not. Pins are decided by people: the
    policy is for all others. So a pin with a low fit does not lower the threshold of BOTTLENECK.
    ``load_step``: the k-th mentee of a mentor costs k - 1 times this, in units of the score; BALANCED only.
    ``seed`` draws between assignments that are equally good. The same input with the same seed gives the same result.

    Raises BadCohort for what has no answer. The first problem of scores in blocks judges all pairs.
    """

    scores: Scores
    capacity: Ints
    policy: Policy = Policy.BOTTLENECK
    pins: frozenset[Pair] = frozenset()
    bans: frozenset[Pair] = frozenset()
    load_step: int = LOAD_STEP
    seed: int = 0
    # Places that the pins leave, shape (M,), and the mentees without a pin.
    left: Ints = field(init=False, repr=False)
    free: Ints = field(init=False, repr=False)
    # The bans as ``Scored.keys``, in order.
    _banned: Ints = field(init=False, repr=False)

    def __post_init__(self) -> None:
        places = np.array(self.capacity)
        if places.dtype.kind not in "iu" and places.size:
            raise BadCohort("A number of places is no whole number; give each mentor 0, 1, 2 and so on.")
        object.__setattr__(self, "capacity", places.astype(np.int64))
        if self.policy not in list(Policy):
            raise BadCohort(f"{self.policy!r} is no policy; use one of {', '.join(Policy)}.")
        object.__setattr__(self, "policy", Policy(self.policy))
        for name in ("pins", "bans"):
            pairs = frozenset((int(mentee), int(mentor)) for mentee, mentor in getattr(self, name))
            object.__setattr__(self, name, pairs)
        check(self)
        left, free = self.capacity.copy(), np.ones(self.scores.shape[0], dtype=np.bool_)
        for mentee, mentor in self.pins:
            left[mentor] -= 1
            free[mentee] = False
        object.__setattr__(self, "left", left)
        object.__setattr__(self, "free", np.flatnonzero(free))
        bans = np.array(sorted(self.bans), dtype=np.int64).reshape(-1, 2)
        object.__setattr__(self, "_banned", bans[:, 0] * self.scores.shape[1] + bans[:, 1])

    @property
    def pinned(self) -> Ints:
        """The number of pins of each mentor, shape (M,)."""
        pinned: Ints = self.capacity - self.left
        return pinned

    def forbids(self, pairs: Scored) -> Bools:
        """Return which of ``pairs`` are forbidden."""
        if not self._banned.size:
            return np.zeros(len(pairs), dtype=np.bool_)
        return np.isin(pairs.keys(self.scores.shape[1]), self._banned)

    def edited(self, *, pin: Iterable[Pair] = (), forbid: Iterable[Pair] = (), release: Iterable[Pair] = ()) -> Problem:
        """Return this problem after an edit. A new pin of a mentee replaces the old one, and lifts a ban of the pair.

        ``release`` removes pins and bans. ``forbid`` removes a pin of the same pair. Raises BadCohort.
        """
        pins, bans, released = frozenset(pin), frozenset(forbid), frozenset(release)
        anew = {mentee for mentee, _ in pins}
        kept = frozenset(pair for pair in self.pins if pair[0] not in anew and pair not in bans | released)
        return replace(self, pins=kept | pins, bans=(self.bans - pins - released) | bans)


def bonus_of(problem: Problem) -> int:
    """Return what one more matched person counts, in units: more than all scores together. 0 for TOTAL."""
    if problem.policy is Policy.TOTAL:
        return 0
    most = min(problem.scores.shape[0], int(problem.left.clip(max=problem.scores.shape[0]).sum()))
    costs = problem.load_step * int(problem.capacity.max(initial=0)) if problem.policy is Policy.BALANCED else 0
    return (problem.scores.highest + costs) * most + 1


def check(problem: Problem) -> None:
    """Raise BadCohort, with what to do, for a problem that has no answer."""
    mentees, mentors = problem.scores.shape
    if problem.capacity.shape != (mentors,):
        raise BadCohort(f"{problem.capacity.size} numbers of places for {mentors} mentors; give one for each mentor.")
    if (problem.capacity < 0).any():
        mentor = int(np.flatnonzero(problem.capacity < 0)[0])
        raise BadCohort(f"Mentor {mentor} has {problem.capacity[mentor]} places; give 0 or more.")
    if not problem.capacity.any():
        raise BadCohort("No mentor has a free place; raise the number of places of at least one.")
    if (problem.capacity > 10**6).any():
        raise BadCohort("A mentor has more than a million places; give the number of mentees they can carry.")
    if problem.load_step < 0 or problem.load_step > 10**6:
        raise BadCohort(f"The cost of load is {problem.load_step}; give 0 to {10**6:,} units, {LOAD_STEP} by default.")
    if problem.seed < 0:
        raise BadCohort(f"The seed is {problem.seed}; give 0 or more.")
    if problem.scores.highest == NOT_ELIGIBLE:
        raise BadCohort("No mentor is eligible for any mentee; check languages, formats and the rules of the cohort.")
    for name, pairs in (("Pinned", problem.pins), ("Forbidden", problem.bans)):
        for mentee, mentor in sorted(pairs):
            if not (0 <= mentee < mentees and 0 <= mentor < mentors):
                raise BadCohort(
                    f"{name} pair (mentee {mentee}, mentor {mentor}) has an unknown person; "
                    f"there are {mentees} mentees and {mentors} mentors, counted from 0."
                )
    _check_pins(problem)


def _check_pins(problem: Problem) -> None:
    if both := problem.pins & problem.bans:
        mentee, mentor = min(both)
        raise BadCohort(f"Mentee {mentee} and mentor {mentor} are pinned and forbidden; remove one of the two.")
    mentor_of: dict[int, int] = {}
    taken = np.zeros(problem.capacity.size, dtype=np.int64)
    for mentee, mentor in sorted(problem.pins):
        if mentee in mentor_of:
            raise BadCohort(
                f"Mentee {mentee} is pinned to mentors {mentor_of[mentee]} and {mentor}; keep one of the two pins."
            )
        mentor_of[mentee] = mentor
        taken[mentor] += 1
        if problem.scores.of([mentee], [mentor])[0] == NOT_ELIGIBLE:
            raise BadCohort(
                f"Mentee {mentee} is pinned to mentor {mentor}, who is not eligible; remove the pin, or the rule "
                "between them."
            )
    over = np.flatnonzero(taken > problem.capacity)
    if over.size:
        mentor = int(over[0])
        raise BadCohort(
            f"Mentor {mentor} has more pins than places: {taken[mentor]} and {problem.capacity[mentor]}. "
            "Remove pins or add places."
        )
