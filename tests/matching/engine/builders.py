"""Builders of a mentor and a need that match. A test changes only the facts it is about."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from matching.engine import Goal, Level, Mentor, Need, Sentences, Speaks, Step, Term
from matching.engine.columns import Floats
from matching.engine.fitted import FITTED

YEAR = 2026

# Monday, 18:00 to 20:00 UTC.
MONDAY_EVENING = sum(1 << quarter for quarter in range(72, 80))

# The text of a request. Others are at an angle to it.
TEXT = np.array([1.0, 0.0], dtype=np.float32)


def at_cosine(cosine: float) -> Floats:
    """Return the unit vector of a text with this cosine to TEXT."""
    return np.array([cosine, (1 - cosine**2) ** 0.5], dtype=np.float32)


def at_share(share: float, criterion: str = "text") -> Floats:
    """Return the unit vector of a text that earns this share of the points of ``criterion``."""
    scale = FITTED.scales[criterion]
    return at_cosine(scale.lower + share * (scale.upper - scale.lower))


def sentences(*cosines: float, quotable: int | None = None) -> Sentences:
    """Return sentences with these cosines to TEXT: "Sentence 1", "Sentence 2" and so on."""
    texts = tuple(f"Sentence {number}" for number in range(1, len(cosines) + 1))
    return Sentences(texts, np.array([at_cosine(one) for one in cosines]), len(texts) if quotable is None else quotable)


def term(written: str, key: str = "") -> Term:
    return Term(key or written.lower(), written)


def terms(*written: str) -> tuple[Term, ...]:
    return tuple(term(words) for words in written)


def step(
    field: str = "data science",
    start: int = 2016,
    end: int | None = None,
    *,
    role: str = "Data scientist",
    sector: str = "industry",
    country: str = "DE",
    level: Level = Level.SENIOR,
    hires: bool = False,
    employer_size: str = "",
) -> Step:
    return Step(role, field, sector, country, level, start, end, hires, employer_size)


def mentor(id: int = 1, **facts: Any) -> Mentor:
    defaults: Mapping[str, Any] = {
        "status": "approved",
        "languages": {"en": Speaks.FLUENT},
        "goals": frozenset({"job_search"}),
        "formats": frozenset({"one_off", "ongoing"}),
        "capacity": 2,
        "inbox_room": 3,
        "shows_room": 6,
    }
    return Mentor(id, **{**defaults, **facts})


def need(kind: str = "job_search", *, goal: Mapping[str, Any] | None = None, **facts: Any) -> Need:
    defaults: Mapping[str, Any] = {
        "mentee_id": 1000,
        "needs": (),
        "format": "ongoing",
        "session_kind": "cv_review",
        "minutes": 30,
        "languages": {"en": Speaks.FLUENT},
        "year": YEAR,
    }
    return Need(goal=Goal(kind, **(goal or {})), **{**defaults, **facts})
