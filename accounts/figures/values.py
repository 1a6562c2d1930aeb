"""Periods, and the numbers of a figure: plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum

# Earlier than any row.
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
# A trend divides its period into so many equal parts.
TREND_PARTS = 12
MINUTE, HOUR, DAY = 60, 3600, 86400


class Period(StrEnum):
    """The time over which figures are counted: half-open, until now."""

    MONTH = "30d"
    QUARTER = "90d"
    YEAR = "365d"
    ALL = "all"

    @property
    def label(self) -> str:
        return "all the time" if self is Period.ALL else f"{self.value.removesuffix('d')} days"

    def start(self, now: datetime) -> datetime:
        """Return the beginning. That of ALL is before any row."""
        return BEGINNING if self is Period.ALL else now - timedelta(days=int(self.value.removesuffix("d")))


DEFAULT = Period.QUARTER


def period_called(text: str) -> Period:
    """Return the period with this value, DEFAULT for any other text."""
    return Period(text) if text in set(Period) else DEFAULT


class Unit(StrEnum):
    """The unit of a number. Shares are from 0 to 1. COUNT is a number of rows, and PLACES are those of mentors."""

    COUNT = "count"
    PLACES = "places"
    SHARE = "share"
    SECONDS = "seconds"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A sentence of a figure about the rows with the keys ``rows``. ``code`` names it in an address."""

    text: str
    code: str
    rows: tuple[int, ...]


# The values of a filter: each in words, with the keys of its rows.
Rows = Mapping[str, tuple[str, list[int]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """A figure that was counted: over how many things, and the number of each part by its code.

    A number is None if it is not shown: nothing was counted. ``trend`` counts things in TREND_PARTS equal parts of the
    period. ``lines`` are sentences, for a figure that is no number. ``kept`` has rows for filters of lists: by the
    name of the filter, its values in words with the keys of their rows.
    """

    n: int
    numbers: Mapping[str, float | None] = field(default_factory=dict)
    trend: tuple[int, ...] = ()
    lines: tuple[Line, ...] = ()
    kept: Mapping[str, Rows] = field(default_factory=dict)


def share(part: int, whole: int) -> float | None:
    """Return ``part`` of ``whole``, None of nothing."""
    return part / whole if whole else None


def duration_in_words(seconds: float) -> str:
    """Return a duration in the largest unit of which it has two at least."""
    for unit, size in (("days", DAY), ("hours", HOUR), ("min", MINUTE)):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} s"
