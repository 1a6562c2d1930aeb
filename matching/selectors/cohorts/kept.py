"""A draft as the engine has it, from what is kept; and a result of the engine as a draft keeps it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

import numpy as np

from matching.engine.assignment import (
    ONE,
    Assignment,
    Certificate,
    Cover,
    Group,
    LeftOut,
    Pair,
    Policy,
    Problem,
    Report,
    Scores,
    alternates_of,
    audit_of,
    report_of,
)
from matching.engine.assignment.report import NO_ELIGIBLE_MENTOR
from matching.engine.assignment.scores import Ints
from matching.engine.assignment.solve import FIRST_PAIRS
from matching.exceptions import DraftNotMade
from matching.models import NOBODY, CohortDraft, CohortScores
from matching.selectors.cohorts.packing import unpack

# Pairs that would rather have each other, named in a report.
BLOCKING_SHOWN = 20

# Numbers of groups are rounded to percent, to ten-thousandths of the fit and to days: exact ones of two readings tell,
# by subtraction, in which group somebody is.
SHARE_STEP, FIT_STEP, DAYS_STEP = 5, 500, 5

# A pair of members, by their keys.
Keys = tuple[int, int]
# Returns for the index of a mentee how many mentors each hard rule alone keeps from them.
Obstacles = Callable[[int], Mapping[str, int]]


@dataclass(frozen=True, eq=False)
class Seats:
    """Members of the scores, and where each has their row or column."""

    mentees: Sequence[int]
    mentors: Sequence[int]

    @cached_property
    def row(self) -> dict[int, int]:
        return {key: index for index, key in enumerate(self.mentees)}

    @cached_property
    def column(self) -> dict[int, int]:
        return {key: index for index, key in enumerate(self.mentors)}

    def pair(self, keys: Keys) -> Pair | None:
        """Return the indexes of two members. None if they are not both here."""
        one, other = self.row.get(keys[0]), self.column.get(keys[1])
        return None if one is None or other is None else (one, other)

    def keys(self, pair: Pair) -> Keys:
        return self.mentees[pair[0]], self.mentors[pair[1]]


def seats_of(scores: CohortScores) -> Seats:
    return Seats(scores.mentees, scores.mentors)


def seats_of_draft(draft: CohortDraft) -> Seats:
    """Return the people of a draft. Raises DraftNotMade without a result."""
    if draft.status != CohortDraft.Status.DONE or draft.scores is None:
        raise DraftNotMade("This draft has no result.")
    return seats_of(draft.scores)


def scores_of(draft: CohortDraft) -> Scores:
    """Return the kept scores of a draft. Raises DraftNotMade without any."""
    kept = draft.scores
    if draft.status != CohortDraft.Status.DONE or kept is None:
        raise DraftNotMade("This draft has no result.")
    if not kept.data:
        raise DraftNotMade("The fits of this draft are not kept any more. Ask for a new one.")
    return unpack(kept.data, mentees=len(kept.mentees), mentors=len(kept.mentors))


def problem_of(draft: CohortDraft, scores: Scores) -> Problem:
    """Return the problem that the draft is the answer to."""
    assert draft.scores is not None  # noqa: S101 -- for mypy: ``scores`` come from it
    seats = seats_of(draft.scores)
    return Problem(
        scores,
        np.array(draft.scores.places, dtype=np.int64),
        policy=Policy(draft.policy),
        pins=frozenset(pair for keys in (*draft.pins, *draft.held) if (pair := seats.pair((keys[0], keys[1])))),
        bans=frozenset(pair for keys in draft.bans if (pair := seats.pair((keys[0], keys[1])))),
        seed=draft.seed,
    )


def assignment_of(draft: CohortDraft) -> Assignment:
    """Return the assignment of a draft from what is kept, without solving it. Raises DraftNotMade."""
    scores = scores_of(draft)
    return Assignment(
        problem=problem_of(draft, scores),
        mentor_of=np.array(draft.mentor_of, dtype=np.int64),
        certificate=certificate_of(draft),
        considered=scores.best(FIRST_PAIRS),
        rounds=0,
    )


def certificate_of(draft: CohortDraft) -> Certificate:
    """Return the certificate in the audit file of a draft that is made."""
    content = json.loads(draft.audit)
    numbers: dict[str, Any] = {name: tuple(content[name]) for name in ("capacity", "mentor_of", "prices", "utilities")}
    pins, bans = (tuple((one, other) for one, other in content[name]) for name in ("pins", "bans"))
    return Certificate(
        policy=content["policy"],
        load_step=content["load_step"],
        seed=content["seed"],
        bonus=content["bonus"],
        threshold=content["threshold"],
        pins=pins,
        bans=bans,
        most=_cover(content["most"]),
        higher=_cover(content["higher"]),
        **numbers,
    )


def _cover(content: Mapping[str, Any] | None) -> Cover | None:
    if content is None:
        return None
    return Cover(content["matched"], tuple(content["mentees"]), tuple(content["mentors"]))


@dataclass(frozen=True, slots=True)
class Names:
    """The opaque names of the people in the audit file, in the order of their indexes, and the versions."""

    mentees: Sequence[str]
    mentors: Sequence[str]
    weights: str
    engine: str
    digest: str


def result_of(
    assignment: Assignment,
    seats: Seats,
    names: Names,
    *,
    groups: Sequence[str | None] = (),
    waited: Sequence[float] = (),
    obstacles: Obstacles = lambda mentee: {},
    highest_total: int | None = None,
) -> dict[str, Any]:
    """Return the fields of a draft that hold a result.

    ``groups``: of each mentee who agreed to it, None for others; ``waited``: the days since each mentee joined.
    ``obstacles``: returns for a mentee without an eligible mentor the rules that alone keep mentors from them.
    """
    problem, mentor_of = assignment.problem, assignment.mentor_of
    report = report_of(assignment, groups=groups, blocking=BLOCKING_SHOWN, highest_total=highest_total)
    matched = np.flatnonzero(mentor_of != NOBODY)
    fits: Ints = np.zeros(mentor_of.size, dtype=np.int64)
    fits[matched] = problem.scores.of(matched, mentor_of[matched])
    alternates: list[list[int]] = [[] for _ in range(mentor_of.size)]
    # Nobody is kept for somebody whom they fit less than the worst pair does, which the organisers read.
    least = int(fits[matched].min(initial=ONE))
    for (mentee, _mentor), kept in alternates_of(assignment, least=least).items():
        alternates[mentee] = list(kept)
    return {
        "pins": sorted(list(seats.keys(pair)) for pair in problem.pins),
        "bans": sorted(list(seats.keys(pair)) for pair in problem.bans),
        "mentor_of": mentor_of.tolist(),
        "fits": fits.tolist(),
        "alternates": alternates,
        "report": stored_report(report, seats, groups=groups, waited=waited, obstacles=obstacles),
        "audit": audit_of(
            assignment,
            mentees=names.mentees,
            mentors=names.mentors,
            weights=names.weights,
            engine=names.engine,
            scores_digest=names.digest,
        ),
    }


def stored_report(
    report: Report,
    seats: Seats,
    *,
    groups: Sequence[str | None],
    waited: Sequence[float],
    obstacles: Obstacles,
) -> dict[str, Any]:
    """Return a report as JSON. People are keys of members."""

    def left_out(one: LeftOut) -> dict[str, Any]:
        return asdict(one) | {
            "mentee": seats.mentees[one.mentee],
            "mentors": [seats.mentors[mentor] for mentor in one.mentors],
            "obstacles": dict(obstacles(one.mentee)) if one.reason == NO_ELIGIBLE_MENTOR else {},
        }

    def days(name: str) -> int | None:
        own = [days for group, days in zip(groups, waited, strict=True) if group == name] if waited else []
        return _coarse(sum(own) / len(own), DAYS_STEP) if own else None

    def line(group: Group) -> dict[str, Any]:
        return {
            "name": group.name,
            "mentees": group.mentees,
            "matched_share": _coarse(100 * group.matched_share, SHARE_STEP) / 100,
            "mean": None if group.mean is None else _coarse(group.mean, FIT_STEP),
            "wait_days": days(group.name),
        }

    return {
        name: getattr(report, name)
        for name in (
            *("mentees", "matched", "total", "highest_total", "worst", "fifth_percentile", "first_choice"),
            *("top_three", "gini", "blocking_count"),
        )
    } | {
        "idle": [seats.mentors[mentor] for mentor in report.idle],
        "blocking": [list(seats.keys(pair)) for pair in report.blocking],
        "left_out": [left_out(one) for one in report.left_out],
        "groups": [line(group) for group in report.groups],
    }


def _coarse(number: float, step: int) -> int:
    return step * round(number / step)
