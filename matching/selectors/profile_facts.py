"""Columns of a profile, and values made of them, that mentors and needs for the engine have in common."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from accounts.models.profile import zone_named
from accounts.selectors import Taxonomy
from accounts.week import PlainWindow, weekly_quarter_hours
from matching.engine import Level, Price, Speaks, Step, Term

LEVELS = {level.name.lower(): level for level in Level}
SPEAKS = {speaks.name.lower(): speaks for speaks in Speaks}
EVERY_WEEKDAY = frozenset(range(1, 8))

# Lists of a profile ``p``. The languages are in the order in which they were written.
LANGUAGES = """
    (SELECT json_object_agg(l.code, l.level ORDER BY l.id) FROM accounts_language l WHERE l.profile_id = p.id)"""

CAREER = """
    (SELECT json_agg(json_build_array(c.role, c.field, c.sector, c.country, c.level, c.start_year, c.end_year,
                                      c.hires, c.employer_size)
                     ORDER BY c.start_year, c.id)
     FROM accounts_careerstep c WHERE c.profile_id = p.id)"""

WINDOWS = """
    (SELECT json_agg(json_build_array(a.weekday, a.start_minute, a.end_minute) ORDER BY a.weekday, a.start_minute)
     FROM accounts_availability a WHERE a.profile_id = p.id)"""


def terms_of(words: Iterable[str], skills: Taxonomy) -> tuple[Term, ...]:
    # Blank entries come from imports and the admin. They are skipped.
    return tuple(Term(key=key, written=written) for written in words if (key := skills.resolve(written)))


def step_of(role: str, field: str, sector: str, country: str, level: str, *others: Any) -> Step:
    """Return the step. ``others``: the rest of ``Step``, in its order."""
    return Step(role, field.casefold(), sector, country, LEVELS[level], *others)


def windows_of(stated: Sequence[Sequence[int]] | None) -> tuple[PlainWindow, ...]:
    return tuple((day, start, end) for day, start, end in stated or ())


# Many mentors share the same windows and zone.
@lru_cache(maxsize=4096)
def hours_of(
    windows: tuple[PlainWindow, ...], timezone: str, week: date, weekdays: frozenset[int] = EVERY_WEEKDAY
) -> int | None:
    there = [window for window in windows if window[0] in weekdays]
    return weekly_quarter_hours(there, zone_named(timezone, "availability"), week) if windows else None


def price_of(amount, currency: str, per: str) -> Price | None:
    return None if amount is None else Price(float(amount), currency, per)
