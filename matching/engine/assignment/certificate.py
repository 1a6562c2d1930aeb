"""The proof that an assignment is optimal over all eligible pairs, and its check.

``check_certificate`` shares no code with the solver. It takes each eligible pair once, and compares whole numbers.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from matching.engine.assignment.problem import Problem


@dataclass(frozen=True, slots=True)
class Cover:
    """Mentees and mentors who are part of every pair (König, 1931). So no more than ``matched`` can be matched:
    the mentees of the cover, and the places of its mentors."""

    matched: int
    mentees: tuple[int, ...]
    mentors: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Certificate:
    """An assignment and its proof, as plain numbers. It can be stored as it is.

    ``mentor_of``: the mentor of each mentee, -1 for nobody. All scores, prices and utilities are in units.
    A pair is worth its score and ``bonus``; a place is worth what the policy says (``place_values``). ``prices`` of
    mentors and ``utilities`` of mentees are a solution of the dual linear program: no eligible pair is worth more than
    utility and price together, and the sum of utilities and of what mentors earn is the value of the assignment. So no
    other assignment has a higher value (weak duality).

    The value is the policy's, since ``bonus`` exceeds all scores together:

    - total: the total of the scores.
    - coverage: people matched, then the total.
    - balanced: people matched, then the total less the cost of load.
    - every_mentor: mentors with a mentee and people matched, then the total.
    - bottleneck: the same as coverage, among pairs with a score of ``threshold`` or more. ``most`` proves that no
      assignment matches more people, ``higher`` that none matches as many with higher scores alone.

    Pins and bans are given, not proven: the proof is about all other people and places.
    """

    policy: str
    capacity: tuple[int, ...]
    pins: tuple[tuple[int, int], ...]
    bans: tuple[tuple[int, int], ...]
    load_step: int
    seed: int
    bonus: int
    threshold: int
    mentor_of: tuple[int, ...]
    prices: tuple[int, ...]
    utilities: tuple[int, ...]
    most: Cover | None
    higher: Cover | None


def check_certificate(certificate: Certificate, problem: Problem) -> list[str]:
    """Return what is wrong, as sentences. Empty: the assignment is optimal for ``problem``, by its policy.

    The certificate must be of this problem: the same policy, places, pins, bans, cost of load and seed.
    """
    faults = _differences(certificate, problem)
    if faults:
        return faults
    faults += _broken_rules(certificate)
    if faults:
        return faults
    return _missing_proof(certificate, problem)


def _differences(certificate: Certificate, problem: Problem) -> list[str]:
    mentees, mentors = problem.scores.shape
    stated = {
        "policy": (certificate.policy, str(problem.policy)),
        "number of places": (certificate.capacity, tuple(problem.capacity.tolist())),
        "list of pins": (certificate.pins, tuple(sorted(problem.pins))),
        "list of forbidden pairs": (certificate.bans, tuple(sorted(problem.bans))),
        "cost of load": (certificate.load_step, problem.load_step),
        "seed": (certificate.seed, problem.seed),
        "number of mentees": ((len(certificate.mentor_of), len(certificate.utilities)), (mentees, mentees)),
        "number of mentors": (len(certificate.prices), mentors),
    }
    return [f"The {name} is not that of the cohort." for name, (one, other) in stated.items() if one != other]


def _broken_rules(certificate: Certificate) -> list[str]:
    """Return broken rules of the assignment itself, and of numbers that may not be negative."""
    faults = []
    if any(mentor < -1 or mentor >= len(certificate.capacity) for mentor in certificate.mentor_of):
        return ["A mentor of the assignment is unknown."]
    load = Counter(mentor for mentor in certificate.mentor_of if mentor >= 0)
    if any(count > certificate.capacity[mentor] for mentor, count in load.items()):
        faults.append("A mentor has more mentees than places.")
    if any(certificate.mentor_of[mentee] != mentor for mentee, mentor in certificate.pins):
        faults.append("A pin is lost.")
    if any(certificate.mentor_of[mentee] == mentor for mentee, mentor in certificate.bans):
        faults.append("A forbidden pair is assigned.")
    if any(utility < 0 for utility in certificate.utilities):
        faults.append("A utility is negative.")
    return faults


def place_values(certificate: Certificate, mentor: int, pinned: int) -> list[int]:
    """Return what each place of a mentor that pins leave is worth, the first place first."""
    left = min(certificate.capacity[mentor] - pinned, len(certificate.mentor_of))
    if certificate.policy == "balanced":
        return [-certificate.load_step * (pinned + place) for place in range(left)]
    if certificate.policy == "every_mentor" and left and not pinned:
        return [certificate.bonus] + [0] * (left - 1)
    return [0] * left


def _missing_proof(certificate: Certificate, problem: Problem) -> list[str]:
    """Judge every eligible pair, and compare the value of the assignment with its bound."""
    faults: list[str] = []
    mentor_of = np.array(certificate.mentor_of, dtype=np.int64)
    prices = np.array(certificate.prices, dtype=np.int64)
    utilities = np.array(certificate.utilities, dtype=np.int64)
    capacity = np.array(certificate.capacity, dtype=np.int64)
    pinned_mentee = np.zeros(mentor_of.size, dtype=np.bool_)
    pinned_mentee[[mentee for mentee, _ in certificate.pins]] = True
    pinned = np.bincount([mentor for _, mentor in certificate.pins], minlength=capacity.size)
    places = capacity - pinned
    banned = {mentee * capacity.size + mentor for mentee, mentor in certificate.bans}
    forbidden = np.array(sorted(banned), dtype=np.int64)
    if utilities[pinned_mentee].any() or prices[places == 0].any():
        faults.append("A pinned mentee, or a mentor without a free place, has a price.")

    covers = {name: cover for name in ("most", "higher") if (cover := getattr(certificate, name)) is not None}
    masks = {name: _masks(cover, mentor_of.size, capacity.size) for name, cover in covers.items()}
    is_bottleneck = certificate.policy == "bottleneck"
    if is_bottleneck != (len(covers) == 2) or (not is_bottleneck and (covers or certificate.threshold)):
        return [*faults, "The proof of the threshold does not belong to the policy."]

    total, lowest, highest, matched = 0, None, 0, 0
    seen = np.zeros(mentor_of.size, dtype=np.bool_)
    exceeded = False
    uncovered = dict.fromkeys(covers, False)
    for part in problem.scores.parts():
        mentee, mentor, score = part.mentee, part.mentor, part.score
        highest = max(highest, int(score.max(initial=0)))
        assigned = mentor_of[mentee] == mentor
        seen[mentee[assigned]] = True
        counted = ~pinned_mentee[mentee] & (places[mentor] > 0)
        if forbidden.size:
            counted &= ~np.isin(mentee.astype(np.int64) * capacity.size + mentor, forbidden)
        chosen = score[assigned & counted]
        total += int(chosen.sum()) + certificate.bonus * chosen.size
        matched += chosen.size
        if chosen.size:
            lowest = int(chosen.min()) if lowest is None else min(lowest, int(chosen.min()))
        within = counted & (score >= certificate.threshold)
        exceeded |= bool((score + certificate.bonus > utilities[mentee] + prices[mentor])[within].any())
        for name, (mentees, mentors) in masks.items():
            least = certificate.threshold + 1 if name == "higher" else 0
            bare = ~mentees[mentee] & ~mentors[mentor] & counted & (score >= least)
            uncovered[name] |= bool(bare.any())

    if not seen[mentor_of >= 0].all():
        faults.append("A pair of the assignment is not eligible.")
    if exceeded:
        faults.append("A pair is worth more than utility and price together.")
    used = np.bincount(mentor_of[(mentor_of >= 0) & ~pinned_mentee], minlength=capacity.size)
    earned = 0
    for index in np.flatnonzero(places > 0).tolist():
        values = place_values(certificate, index, int(pinned[index]))
        if certificate.prices[index] < -values[0]:
            faults.append(f"The price of mentor {index} is lower than it can be.")
        total += sum(values[: used[index]])
        earned += sum(max(0, value + certificate.prices[index]) for value in values)
    # Places beyond the number of mentees are worth no more than the last one counted, and can never be used.
    if total != sum(certificate.utilities) + earned:
        faults.append("The value of the assignment is not the sum of utilities and prices.")
    if certificate.bonus != _bonus(certificate, highest, places):
        faults.append("The bonus of a matched person is not that of the policy.")
    if is_bottleneck:
        faults += _bad_threshold(certificate, matched, lowest, places, uncovered)
    return faults


def _bad_threshold(
    certificate: Certificate, matched: int, lowest: int | None, places: np.ndarray, uncovered: dict[str, bool]
) -> list[str]:
    faults = []
    most, higher = certificate.most, certificate.higher
    if most is None or higher is None:
        return ["The proof of the threshold is missing."]
    for name, cover in (("most", most), ("higher", higher)):
        if uncovered[name]:
            faults.append(f"The cover {name!r} leaves out a pair.")
        if not (_ascends(cover.mentees, len(certificate.mentor_of)) and _ascends(cover.mentors, places.size)):
            return [*faults, f"The cover {name!r} names somebody twice, or somebody unknown."]
        covered = places[np.array(cover.mentors, dtype=np.int64)]
        if not covered.all():
            faults.append(f"The cover {name!r} names a mentor without a free place.")
        if cover.matched != len(cover.mentees) + int(covered.sum()):
            faults.append(f"The cover {name!r} has another number of people.")
    if most.matched != matched:
        faults.append("More people could be matched.")
    if (lowest or 0) != certificate.threshold:
        faults.append("The lowest score is not the threshold.")
    if matched and higher.matched >= matched:
        faults.append("As many could be matched with a higher lowest score.")
    return faults


def _ascends(members: tuple[int, ...], size: int) -> bool:
    """Return True if ``members`` are distinct indexes below ``size`` in order."""
    bounds = (-1, *members, size)
    return all(one < other for one, other in pairwise(bounds))


def _bonus(certificate: Certificate, highest: int, places: np.ndarray) -> int:
    if certificate.policy == "total":
        return 0
    people = len(certificate.mentor_of)
    most = min(people, int(np.minimum(places, people).sum()))
    load = certificate.load_step * max(certificate.capacity) if certificate.policy == "balanced" else 0
    return (highest + load) * most + 1


def _masks(cover: Cover, mentees: int, mentors: int) -> tuple[np.ndarray, np.ndarray]:
    masks = np.zeros(mentees, dtype=np.bool_), np.zeros(mentors, dtype=np.bool_)
    for mask, members in zip(masks, (cover.mentees, cover.mentors), strict=True):
        mask[[member for member in members if 0 <= member < mask.size]] = True
    return masks
