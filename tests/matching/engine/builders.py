"""Builders of a mentor and a need that match. A test changes only the facts it is about."""

from collections.abc import Mapping
from typing import Any

from matching.engine import Goal, Level, Mentor, Need, Speaks, Step, Term

YEAR = 2026

# Monday, 18:00 to 20:00 UTC.
MONDAY_EVENING = sum(1 << quarter for quarter in range(72, 80))


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
) -> Step:
    return Step(role, field, sector, country, level, start, end)


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
