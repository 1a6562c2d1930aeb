"""Explain to a mentee or an admin why a mentor is not among the first suggestions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from matching.engine.checks import check_need
from matching.engine.facts import Need
from matching.engine.rank import MIN_FIT, Ranked, rank
from matching.engine.rules import RULES, UNAVAILABLE, eligible, violations
from matching.engine.score import Weights, weights_of
from matching.engine.score import points as points_of
from matching.engine.table import MentorTable
from matching.engine.words import listing

# Mentors proposed for a request at a time.
PROPOSALS_MAX = 5
ORDINALS = ("first", "second", "third", "fourth", "fifth")
MAX_NAMED = 3
# Smaller differences in points would be shown as 0.0.
MIN_NAMED = 0.05

PRIVATE_RULES = frozenset(rule.name for rule in RULES if rule.private)

LINES: Mapping[str, str] = {
    "needs": "what you ask for",
    "path": "the road walked",
    "goal": "help with this kind of goal",
    "text": "the words of both texts",
    "field": "the field",
    "steps_ahead": "steps ahead of you",
    "language": "the language",
    "availability": "time in common",
    "load": "being less busy",
    "silence": "answering more often",
    "interest": "topics of their own interest",
}


@dataclass(frozen=True, slots=True)
class WhyNot:
    """The explanation. ``rules``: all broken rules, in the order of RULES.

    ``behind``: points of rank behind the last of the first five, zero or less for one of them. None if a rule excludes
    the mentor, or if the fit is below MIN_FIT. ``missing``: these points by criterion and other line of rank, largest
    first. ``fit``: whole points, None if it must not be shown. ``sentences`` are for the mentee, without private facts.
    """

    mentor_id: int
    rules: tuple[str, ...]
    fit: int | None
    behind: float | None
    missing: Mapping[str, float]
    sentences: tuple[str, ...]

    def for_mentee(self) -> WhyNot:
        """Return the part that the mentee may see. If any rule is broken, the fit is hidden: it could reveal which."""
        if not self.rules:
            return self
        return replace(self, rules=tuple(name for name in self.rules if name not in PRIVATE_RULES), fit=None)


def why_not(need: Need, table: MentorTable, mentor_id: int, *, weights: Weights | None = None) -> WhyNot | None:
    """Return why ``mentor_id`` is not among the first PROPOSALS_MAX for ``need``. None for an unknown id.

    Raises ValueError for a need that cannot be judged.
    """
    check_need(need)
    row = table.row_of(mentor_id)
    if row is None:
        return None
    weights = weights or weights_of(need)
    broken = violations(need, table)
    rules = [rule for rule, breaks in zip(RULES, broken[row], strict=True) if breaks]
    theirs = rank(need, table, np.array([row]), weights)
    points = sum(points_of(theirs.judged.assumed[0], weights))
    if rules:
        sentences = tuple(rule.sentence for rule in rules if not rule.private) or (UNAVAILABLE,)
        return WhyNot(mentor_id, tuple(rule.name for rule in rules), points, None, {}, sentences)
    if not theirs.worth_count:
        weak = f"Fits with {points} of 100 points; nobody is proposed below {MIN_FIT}."
        return WhyNot(mentor_id, (), points, None, {}, (weak,))
    first = rank(need, table, eligible(broken), weights)
    shown = min(PROPOSALS_MAX, first.worth_count)
    last = _lines(first, shown - 1, weights)
    missing = {name: last[name] - own for name, own in _lines(theirs, 0, weights).items()}
    missing = dict(sorted(missing.items(), key=lambda item: -item[1]))
    behind = sum(missing.values())
    sentence = "Is among the first suggestions." if row in first.rows[:shown] else _behind(behind, missing, shown)
    return WhyNot(mentor_id, (), points, behind, missing, (sentence,))


def _lines(ranked: Ranked, index: int, weights: Weights) -> dict[str, float]:
    """Return the lines that add up to the rank of the mentor at ``index``, in points."""
    lines = {
        name: most * float(value)
        for name, most, value in zip(weights.names, weights.points, ranked.judged.assumed[index], strict=True)
    }
    lines["load"] = -float(ranked.load_cost[index])
    lines["silence"] = -float(ranked.silence_cost[index])
    lines["interest"] = float(ranked.interest_bonus[index])
    return lines


def _behind(behind: float, missing: Mapping[str, float], shown: int) -> str:
    place = ORDINALS[shown - 1]
    most = [f"{LINES[name]} ({part:.1f})" for name, part in missing.items() if part >= MIN_NAMED][:MAX_NAMED]
    if behind < MIN_NAMED or not most:
        return f"Is as good as the {place} suggestion; of equals whoever joined first is shown."
    return f"Is {behind:.1f} points behind the {place} suggestion. Most are missing in {listing(most)}."
