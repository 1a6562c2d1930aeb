"""The points of a mentor in words: one line for each criterion of the fit, and for each line of the rank."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from matching.models import Match
from matching.selectors.choosing import Choice

CRITERIA_LABELS = {
    "position": gettext_lazy("Has the role and field you want"),
    "text": gettext_lazy("Your words and theirs are close"),
    "sentences": gettext_lazy("Says something close to what you ask"),
    "needs": gettext_lazy("Knows what you ask for"),
    "path": gettext_lazy("Has walked the same road"),
    "market": gettext_lazy("Has worked in the country you want"),
    "sector": gettext_lazy("Has worked in the sector you want"),
    "goal": gettext_lazy("Helps with this kind of goal"),
    "session": gettext_lazy("Offers this kind of session"),
    # Proposals by earlier versions of the engine have these.
    "field": gettext_lazy("Works in the field you want"),
    "steps_ahead": gettext_lazy("Is a few steps ahead of you"),
    "language": gettext_lazy("Speaks a language with you"),
    "availability": gettext_lazy("Has time when you have"),
}
# Smaller differences of the rank are not worth a sentence.
MIN_NAMED = 0.5


@dataclass(frozen=True, slots=True)
class Line:
    """Points of one criterion, of ``most``. ``assumed``: the fact is not stated, and an assumption counts."""

    label: str
    points: int
    most: int
    assumed: bool


@dataclass(frozen=True, slots=True)
class Points:
    """``rank_lines`` are sentences about what moves the mentor up or down in the order, apart from the fit."""

    lines: list[Line]
    rank_lines: list[str]


def points_of(choice: Choice) -> Points:
    """Return the points of a match. Nothing is said of a mentor whose data is not shown."""
    if not choice.criteria:
        return Points([], [])
    return Points(criteria_lines(choice.criteria), _rank_lines(choice.match))


def criteria_lines(criteria: Mapping[str, Mapping[str, Any]]) -> list[Line]:
    """Return a line for each criterion, the heaviest first."""
    known = [(name, criteria[name]) for name in CRITERIA_LABELS if name in criteria]
    known.sort(key=lambda row: -row[1]["weight"])
    return [
        Line(str(CRITERIA_LABELS[name]), row["points"], max(round(row["weight"]), row["points"]), row["assumed"])
        for name, row in known
    ]


def _rank_lines(match: Match) -> list[str]:
    lines = []
    if match.load_cost >= MIN_NAMED:
        lines.append(_("Stands lower in the order, as other people take time already: %s.") % _points(match.load_cost))
    if match.silence_cost >= MIN_NAMED:
        lines.append(_("Stands lower in the order, as some questions got no answer: %s.") % _points(match.silence_cost))
    if match.interest_bonus >= MIN_NAMED:
        lines.append(
            _("Stands higher in the order, as your topic is one to explore together: %s.")
            % _points(match.interest_bonus)
        )
    return lines


def _points(points: float) -> str:
    whole = max(round(points), 1)
    return ngettext("%(count)d point", "%(count)d points", whole) % {"count": whole}
