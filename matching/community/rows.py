"""Rows of a community file as values of the database. Nothing is read or written here."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from accounts.models import MentorProfile

Row = Mapping[str, Any]

# Fields of a goal and of a help request whose name in the file is another one, or lies deeper.
PATHS = {
    "kind": "goal.kind",
    "target_role": "goal.target_role",
    "target_field": "goal.target_field",
    "target_sector": "goal.target_sector",
    "target_level": "goal.target_level",
    "target_country": "goal.target_country",
    "by_on": "goal.by",
}


def profile_values(row: Row, *, is_mentee: bool) -> dict[str, Any]:
    """Return the fields of a person's profile. ``is_mentee``: whether the person has this role already."""
    return {
        "is_mentee": is_mentee or "mentor" not in row,
        "headline": row.get("headline", ""),
        "bio": row.get("bio", ""),
        "timezone": row["timezone"],
        "employer": row.get("employer", ""),
        "department": row.get("department", ""),
        "skills": _once(row.get("skills", [])),
    }


def lists_of(row: Row) -> dict[str, list[dict[str, Any]]]:
    """Return the lists of a person's profile by name."""
    return {
        "languages": [dict(item) for item in row["languages"]],
        "career": [
            {
                "role": step["role"],
                "field": step["field"],
                "sector": step["sector"],
                "country": step["country"],
                "level": step["level"],
                "start_year": step["start"],
                "end_year": step.get("end"),
                "hires": step.get("hires", False),
                "employer_size": step.get("employer_size", ""),
            }
            for step in row.get("career", [])
        ],
        "availability": [
            {
                "weekday": window["weekday"],
                "start_minute": _minute(window["start"]),
                "end_minute": _minute(window["end"]),
            }
            for window in row.get("availability", [])
        ],
    }


def mentor_values(row: Row) -> dict[str, Any]:
    """Return the fields of a mentor. The status is none of them: only services move it."""
    return {
        "motivation": row.get("motivation", ""),
        "teaches": _once(row.get("teaches", [])),
        "explores": _once(row.get("explores", [])),
        "formats": _once(row.get("formats", MentorProfile.Format.values)),
        "capacity": row.get("capacity", 1),
        "active_elsewhere": row.get("active", 0),
        "monthly_hours": row.get("monthly_hours", 4),
        "rate": _rate(row.get("rate")),
    }


def goal_values(target: Row) -> dict[str, Any]:
    """Return the fields of a goal except its kind and its mentee."""
    return {
        "target_role": target.get("target_role", ""),
        "target_field": target.get("target_field", ""),
        "target_sector": target.get("target_sector") or "",
        "target_level": target.get("target_level") or "",
        "target_country": target.get("target_country") or "",
        "by_on": date.fromisoformat(target["by"]) if target.get("by") else None,
    }


def request_values(row: Row) -> dict[str, Any]:
    """Return the fields of a help request except its kind of session, its goal and its mentee."""
    return {
        "situation": row.get("situation", ""),
        "gap": row.get("gap", ""),
        "ask": row.get("ask", ""),
        "why": row.get("why", ""),
        "needs": _once(row.get("needs", [])),
        "format": row["format"],
        "minutes": row.get("minutes", 30),
        "languages": _once(row.get("languages", [])),
        "accepts_paid": row.get("accepts_paid", False),
        "max_rate": _rate(row.get("max_rate")),
    }


def differing(row: object, values: Row) -> dict[str, Any]:
    """Return the entries of ``values`` that differ from the fields of ``row``."""
    return {name: value for name, value in values.items() if plain(getattr(row, name)) != plain(value)}


def plain(value: Any) -> Any:
    """Return a country as its code, which is comparable with the code in the file."""
    return getattr(value, "code", value) or "" if hasattr(value, "flag") else value


def _once(words: list[str]) -> list[str]:
    return list(dict.fromkeys(words))


def _rate(row: Row | None) -> dict[str, Any] | None:
    if row is None:
        return None
    amount = Decimal(str(row["amount"])).quantize(Decimal("0.01"))
    return {"amount": amount, "currency": row["currency"], "per": row["per"]}


def _minute(clock: str) -> int:
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)
