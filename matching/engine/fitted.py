"""The numbers of the score that are fitted to the grades of readers, read from ``fitted.json``.

``python manage.py fit_matching`` writes the file. Its ``made_by`` says from which data and when.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("fitted.json")
FORMAT = 1
REMEDY = "write them anew with fit_matching"


@dataclass(frozen=True, slots=True)
class Scale:
    """The cosine that counts 0, and the one that counts 1."""

    lower: float
    upper: float


@dataclass(frozen=True, slots=True)
class Fitted:
    """``points``: the maximum of each criterion, in points; they sum to 100. ``points_of_facts``: the same for a
    request that has no text. ``mean_of_sentences``: the mean evidence of criterion ``sentences``.
    """

    version: str
    points: Mapping[str, float]
    points_of_facts: Mapping[str, float]
    scales: Mapping[str, Scale]
    mean_of_sentences: float


def read_fitted(text: str | bytes) -> Fitted:
    """Return the numbers in ``text``. Raises ValueError, with the remedy, for anything else."""
    try:
        data: Any = json.loads(text)
        format = data["format"]
    except (ValueError, TypeError, KeyError, RecursionError) as fault:
        raise ValueError(f"The fitted numbers cannot be read ({fault!r}); {REMEDY}.") from None
    if format != FORMAT:
        raise ValueError(f"The fitted numbers have format {format!r}, not {FORMAT}; {REMEDY}.")
    try:
        found = Fitted(
            version=str(data["version"]),
            points={str(name): float(most) for name, most in data["points"].items()},
            points_of_facts={str(name): float(most) for name, most in data["points_of_facts"].items()},
            scales={str(name): Scale(float(low), float(high)) for name, (low, high) in data["scales"].items()},
            mean_of_sentences=float(data["mean_of_sentences"]),
        )
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError) as fault:
        raise ValueError(f"The fitted numbers cannot be read ({fault!r}); {REMEDY}.") from None
    _check(found)
    return found


def _check(found: Fitted) -> None:
    for points in (found.points, found.points_of_facts):
        if not all(isfinite(most) and most >= 0 for most in points.values()) or not any(points.values()):
            raise ValueError(f"The fitted points are no positive numbers; {REMEDY}.")
    if missing := {"text", "sentences"} - found.scales.keys():
        raise ValueError(f"The scale of {', '.join(sorted(missing))} is missing; {REMEDY}.")
    for name, scale in found.scales.items():
        if not (-1 <= scale.lower < scale.upper <= 1):
            raise ValueError(f"The scale of {name} is no range of cosines; {REMEDY}.")
    if not 0 <= found.mean_of_sentences <= 1:
        raise ValueError(f"The mean of sentences is {found.mean_of_sentences}, not from 0 to 1; {REMEDY}.")


FITTED = read_fitted(FILE.read_bytes())
