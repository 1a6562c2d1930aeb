"""Explain to a mentee or an admin why a mentor is not among the first suggestions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from matching.engine.checks import check_need
from matching.engine.facts import Need
from matching.engine.rank import MIN_FIT, Ranked, Read, least_fit, rank, read_nothing
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
    "position": gettext_noop("the role and field that you want"),
    "text": gettext_noop("what both texts say"),
    "sentences": gettext_noop("what they say about what you ask"),
    "needs": gettext_noop("the skills that you ask for"),
    "path": gettext_noop("the road walked"),
    "market": gettext_noop("work in the country that you want"),
    "sector": gettext_noop("work in the sector that you want"),
    "goal": gettext_noop("help with this kind of goal"),
    "session": gettext_noop("the kind of session"),
    "load": gettext_noop("being less busy"),
    "silence": gettext_noop("answering more often"),
    "interest": gettext_noop("topics of their own interest"),
}


@dataclass(frozen=True, slots=True)
class WhyNot:
    """The explanation. ``rules``: all broken rules, in the order of RULES.

    ``behind``: points of rank behind the last of the first five, zero or less for one of them. None if a rule excludes
    the mentor, or if the fit is too low to be proposed. ``missing``: these points by criterion and other line of rank,
    largest first. ``fit``: whole points, None if it must not be shown. ``sentences`` are for the mentee, without
    private facts.
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
    read: Read = read_nothing,
) -> WhyNot | None:
    """Return why ``mentor_id`` is not among the first PROPOSALS_MAX for ``need``. None for an unknown id.

    ``read`` as in ``rank``. Raises ValueError for a need that cannot be judged.
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
    if rules:
        alone = rank(need, table, np.array([row]), weights, read)
        sentences = tuple(_(rule.sentence) for rule in rules if not rule.private) or (_(UNAVAILABLE),)
        return WhyNot(mentor_id, tuple(rule.name for rule in rules), _fit(alone, 0, weights), None, {}, sentences)
    first = rank(need, table, eligible(broken), weights, read)
    [place] = np.flatnonzero(first.rows == row).tolist()
    points = _fit(first, place, weights)
    if place >= first.worth_count:
        return WhyNot(mentor_id, (), points, None, {}, (_weak(points, first, weights, words),))
    shown = min(PROPOSALS_MAX, first.worth_count)
    last = _lines(first, shown - 1, weights)
    missing = {name: last[name] - own for name, own in _lines(first, place, weights).items()}
    missing = dict(sorted(missing.items(), key=lambda item: -item[1]))
    behind = sum(missing.values())
    sentence = _("Is among the first suggestions.") if place < shown else _behind(behind, missing, shown, words)
    return WhyNot(mentor_id, (), points, behind, missing, (sentence,))


def _weak(points: int, first: Ranked, weights: Weights, words: Vocabulary) -> str:
    """Return the sentence on a fit that is too low to be proposed."""
    _ = words.translations.gettext
    if points < MIN_FIT:
        return _("Fits with %(points)s of 100 points; nobody is proposed below %(fit)s.") % {
            "points": points,
            "fit": MIN_FIT,
        }
    best = _fit(first, int(np.argmax(first.judged.score)), weights)
    return _(
        "Fits with %(points)s of 100 points; the best mentor fits with %(best)s, and beside that nobody below "
        "%(least)s is proposed."
    ) % {"points": points, "best": best, "least": int(least_fit(best))}


def _fit(ranked: Ranked, index: int, weights: Weights) -> int:
    """Return the fit of the mentor at ``index``, in whole points."""
    return sum(points_of(ranked.judged.assumed[index], weights))


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
