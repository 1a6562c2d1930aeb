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
from matching.engine.vocabulary import Vocabulary, gettext_noop

# Mentors proposed for a request at a time.
PROPOSALS_MAX = 5
ORDINALS = (
    gettext_noop("first"),
    gettext_noop("second"),
    gettext_noop("third"),
    gettext_noop("fourth"),
    gettext_noop("fifth"),
)
MAX_NAMED = 3
# Smaller differences in points would be shown as 0.0.
MIN_NAMED = 0.05

PRIVATE_RULES = frozenset(rule.name for rule in RULES if rule.private)

LINES: Mapping[str, str] = {
    "needs": gettext_noop("what you ask for"),
    "path": gettext_noop("the road walked"),
    "goal": gettext_noop("help with this kind of goal"),
    "text": gettext_noop("the words of both texts"),
    "field": gettext_noop("the field"),
    "steps_ahead": gettext_noop("steps ahead of you"),
    "language": gettext_noop("the language"),
    "availability": gettext_noop("time in common"),
    "load": gettext_noop("being less busy"),
    "silence": gettext_noop("answering more often"),
    "interest": gettext_noop("topics of their own interest"),
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


def why_not(
    need: Need,
    table: MentorTable,
    mentor_id: int,
    *,
    weights: Weights | None = None,
    vocabulary: Vocabulary | None = None,
) -> WhyNot | None:
    """Return why ``mentor_id`` is not among the first PROPOSALS_MAX for ``need``. None for an unknown id.

    Raises ValueError for a need that cannot be judged.
    """
    check_need(need)
    row = table.row_of(mentor_id)
    if row is None:
        return None
    weights = weights or weights_of(need)
    words = vocabulary or Vocabulary()
    _ = words.translations.gettext
    broken = violations(need, table)
    rules = [rule for rule, breaks in zip(RULES, broken[row], strict=True) if breaks]
    theirs = rank(need, table, np.array([row]), weights)
    points = sum(points_of(theirs.judged.assumed[0], weights))
    if rules:
        sentences = tuple(_(rule.sentence) for rule in rules if not rule.private) or (_(UNAVAILABLE),)
        return WhyNot(mentor_id, tuple(rule.name for rule in rules), points, None, {}, sentences)
    if not theirs.worth_count:
        weak = _("Fits with %(points)s of 100 points; nobody is proposed below %(fit)s.") % {
            "points": points,
            "fit": MIN_FIT,
        }
        return WhyNot(mentor_id, (), points, None, {}, (weak,))
    first = rank(need, table, eligible(broken), weights)
    shown = min(PROPOSALS_MAX, first.worth_count)
    last = _lines(first, shown - 1, weights)
    missing = {name: last[name] - own for name, own in _lines(theirs, 0, weights).items()}
    missing = dict(sorted(missing.items(), key=lambda item: -item[1]))
    behind = sum(missing.values())
    if row in first.rows[:shown]:
        sentence = _("Is among the first suggestions.")
    else:
        sentence = _behind(behind, missing, shown, words)
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


def _behind(behind: float, missing: Mapping[str, float], shown: int, words: Vocabulary) -> str:
    _ = words.translations.gettext
    place = _(ORDINALS[shown - 1])
    most = [
        _("%(line)s (%(points)s)") % {"line": _(LINES[name]), "points": words.tenths(part)}
        for name, part in missing.items()
        if part >= MIN_NAMED
    ][:MAX_NAMED]
    if behind < MIN_NAMED or not most:
        return _("Is as good as the %(place)s suggestion; of equals whoever joined first is shown.") % {"place": place}
    return _("Is %(points)s points behind the %(place)s suggestion. Most are missing in %(lines)s.") % {
        "points": words.tenths(behind),
        "place": place,
        "lines": words.listing(most),
    }
