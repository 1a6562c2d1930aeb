"""The report of a draft: how good it is for all, and who is left out and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from matching.engine.assignment.problem import Pair, Policy
from matching.engine.assignment.scores import Ints, Scored
from matching.engine.assignment.solve import Assignment, assign

# Groups of fewer people are not shown.
FEWEST_IN_GROUP = 5
# Mentors named to somebody who is left out, the best first.
NAMED_MENTORS = 3

# Reasons of those who are left out.
NO_ELIGIBLE_MENTOR = "no_eligible_mentor"
ONLY_FORBIDDEN = "only_forbidden"
MENTORS_FULL = "mentors_full"
NO_GAIN = "no_gain"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A mentee without a mentor.

    ``reason``: NO_ELIGIBLE_MENTOR: a hard rule must change. ONLY_FORBIDDEN: lift a ban with one of ``mentors``.
    MENTORS_FULL: one more place of one of ``mentors`` has room for this mentee, and takes nothing from others.
    NO_GAIN: the pairs that are possible have a score of 0; policies other than TOTAL would match them.
    ``eligible`` counts the mentors who pass the hard rules; ``mentors`` are the best of them, the best first.
    """

    mentee: int
    reason: str
    eligible: int
    mentors: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """A check of fairness, never an input: the share of a group that is matched, and the mean score of these.

    ``mean`` is None if fewer than FEWEST_IN_GROUP of them are matched.
    """

    name: str
    mentees: int
    matched_share: float
    mean: float | None


@dataclass(frozen=True, slots=True)
class Report:
    """Scores are in units, ONE for a fit of 1. Figures about fits are None if nobody is matched.

    ``highest_total`` is that of the assignment with the highest total, without pins and with the same bans.
    ``fifth_percentile`` is a score of the draft, not interpolated. ``first_choice`` and ``top_three`` count mentees
    for whom no eligible mentor, or fewer than three, would have a higher score. ``idle`` mentors have places and no
    mentee. ``gini`` is 0 if all mentors with places have as many mentees, and near 1 if one has all.
    ``blocking``: pairs in which both would have a higher score than now, or have room (Gale and Shapley, 1962). Pins
    are not touched. The best ones come first, up to the number asked for; ``blocking_count`` counts all.
    """

    mentees: int
    matched: int
    total: int
    highest_total: int
    worst: int | None
    fifth_percentile: int | None
    first_choice: int
    top_three: int
    idle: tuple[int, ...]
    load: tuple[int, ...]
    gini: float
    blocking_count: int
    blocking: tuple[Pair, ...]
    left_out: tuple[LeftOut, ...]
    groups: tuple[Group, ...] = ()

    @property
    def matched_share(self) -> float:
        return self.matched / self.mentees if self.mentees else 0.0

    @property
    def share_of_highest(self) -> float:
        return self.total / self.highest_total if self.highest_total else 1.0

    @property
    def first_choice_share(self) -> float:
        """The share of the matched mentees."""
        return self.first_choice / self.matched if self.matched else 0.0

    @property
    def top_three_share(self) -> float:
        """The share of the matched mentees."""
        return self.top_three / self.matched if self.matched else 0.0


def report_of(
    assignment: Assignment, *, groups: Sequence[str | None] = (), blocking: int = 100, highest_total: int | None = None
) -> Report:
    """Return the report of a draft.

    ``groups``: the group of each mentee who consented, None for others. They are compared, and change nothing.
    ``highest_total``: from an earlier report of the same scores, places and bans; else it is solved here.
    """
    problem, mentor_of = assignment.problem, assignment.mentor_of
    if highest_total is None:
        highest_total = assign(replace(problem, policy=Policy.TOTAL, pins=frozenset()), like=assignment).value.total
    own = _own_scores(assignment)
    chosen = np.sort(own[mentor_of >= 0])
    pairs = _Pairs(assignment, own)
    for part in problem.scores.parts():
        pairs.count(part)
    matched = mentor_of >= 0
    load = assignment.load
    return Report(
        mentees=mentor_of.size,
        matched=int(matched.sum()),
        total=int(chosen.sum()),
        highest_total=highest_total,
        worst=int(chosen[0]) if chosen.size else None,
        fifth_percentile=int(chosen[-(-chosen.size // 20) - 1]) if chosen.size else None,
        first_choice=int((pairs.better[matched] < 1).sum()),
        top_three=int((pairs.better[matched] < 3).sum()),
        idle=tuple(np.flatnonzero((load == 0) & (problem.capacity > 0)).tolist()),
        load=tuple(load.tolist()),
        gini=gini(load[problem.capacity > 0]),
        blocking_count=pairs.blocking_count,
        blocking=pairs.blocking(blocking),
        left_out=pairs.left_out(),
        groups=groups_of(groups, own),
    )


def gini(load: Ints) -> float:
    """Return the Gini coefficient of numbers of 0 or more: half the mean difference of two, as a share of the mean."""
    total = int(load.sum())
    if not total:
        return 0.0
    ranks = 2 * np.arange(1, load.size + 1) - load.size - 1
    return float((ranks * np.sort(load)).sum() / (load.size * total))


def groups_of(groups: Sequence[str | None], scores: Ints) -> tuple[Group, ...]:
    """Return the groups of FEWEST_IN_GROUP mentees or more, by name. ``scores``: of each mentee, -1 without a mentor.

    If the groups that are not shown have fewer people together, one more is not shown: a difference would show them.
    """
    sizes = Counter(name for name in groups if name is not None)
    shown = {name for name, size in sizes.items() if size >= FEWEST_IN_GROUP}
    hidden = sum(size for name, size in sizes.items() if name not in shown)
    if shown and 0 < hidden < FEWEST_IN_GROUP:
        shown.remove(min(shown, key=lambda name: (sizes[name], name)))
    found = []
    for name in sorted(shown):
        own = scores[[index for index, group in enumerate(groups) if group == name]]
        matched = own[own >= 0]
        mean = float(matched.mean()) if matched.size >= FEWEST_IN_GROUP else None
        found.append(Group(name, own.size, matched.size / own.size, mean))
    return tuple(found)


def _own_scores(assignment: Assignment) -> Ints:
    """Return the score of each mentee with their mentor, -1 without one."""
    own = np.full(assignment.mentor_of.size, -1, dtype=np.int64)
    matched = np.flatnonzero(assignment.mentor_of >= 0)
    own[matched] = assignment.problem.scores.of(matched, assignment.mentor_of[matched])
    return own


class _Pairs:
    """Counts taken while all eligible pairs pass once."""

    def __init__(self, assignment: Assignment, own: Ints) -> None:
        problem, self.mentor_of = assignment.problem, assignment.mentor_of
        self.problem, self.own = problem, own
        self.better = np.zeros(own.size, dtype=np.int64)
        self.eligible = np.zeros(own.size, dtype=np.int64)
        self.has_room = assignment.load < problem.capacity
        self.is_pinned = np.zeros(own.size, dtype=np.bool_)
        self.is_pinned[[mentee for mentee, _ in problem.pins]] = True
        # The score above which a mentor would take somebody else instead.
        self.lowest = np.where(self.has_room, -1, np.iinfo(np.int64).max)
        free = np.flatnonzero((self.mentor_of >= 0) & ~self.is_pinned)
        full = free[~self.has_room[self.mentor_of[free]]]
        np.minimum.at(self.lowest, self.mentor_of[full], own[full])
        self.blocking_count = 0
        self._blocking: list[Scored] = []
        self._of_left_out: list[Scored] = []

    def count(self, part: Scored) -> None:
        higher = part.score > self.own[part.mentee]
        self.better += np.bincount(part.mentee[higher], minlength=self.better.size)
        self.eligible += np.bincount(part.mentee, minlength=self.better.size)
        self._of_left_out.append(part[self.mentor_of[part.mentee] < 0])
        rather = part[higher & ~self.is_pinned[part.mentee] & (part.score > self.lowest[part.mentor])]
        rather = rather[(self.problem.capacity[rather.mentor] > 0) & ~self.problem.forbids(rather)]
        self.blocking_count += len(rather)
        self._blocking.append(rather)

    def blocking(self, count: int) -> tuple[Pair, ...]:
        """Return the pairs whose mentees would gain most."""
        pairs = Scored.joined(self._blocking)
        gain = pairs.score - self.own[pairs.mentee]
        first = pairs[np.lexsort((pairs.mentor, pairs.mentee, -gain))[:count]]
        return tuple(zip(first.mentee.tolist(), first.mentor.tolist(), strict=True))

    def left_out(self) -> tuple[LeftOut, ...]:
        pairs = Scored.joined(self._of_left_out)
        pairs = pairs[np.lexsort((pairs.mentor, -pairs.score, pairs.mentee))]
        banned = self.problem.forbids(pairs)
        starts = np.searchsorted(pairs.mentee, np.arange(self.mentor_of.size + 1))
        found = []
        for mentee in np.flatnonzero(self.mentor_of < 0).tolist():
            own = slice(starts[mentee], starts[mentee + 1])
            found.append(self._left_out(mentee, pairs.mentor[own], banned[own]))
        return tuple(found)

    def _left_out(self, mentee: int, mentors: NDArray[np.int32], forbidden: NDArray[np.bool_]) -> LeftOut:
        allowed = mentors[~forbidden]
        if not mentors.size:
            return LeftOut(mentee, NO_ELIGIBLE_MENTOR, 0)
        if not allowed.size:
            return LeftOut(mentee, ONLY_FORBIDDEN, mentors.size, tuple(mentors[:NAMED_MENTORS].tolist()))
        reason = NO_GAIN if self.has_room[allowed].any() else MENTORS_FULL
        return LeftOut(mentee, reason, mentors.size, tuple(allowed[:NAMED_MENTORS].tolist()))
