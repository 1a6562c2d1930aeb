"""Figures that were counted, in the cache of the database. Sweeps count them, else the first reader."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.core.cache import cache

from accounts.figures.registry import Figure, all_figures
from accounts.figures.sql import began
from accounts.figures.values import Counted, Line, Period, Rows

# Sweeps count every five minutes, and those that take long every hour. If they stand still for so long, the next reader
# counts.
FRESH_FOR, SLOW_FRESH_FOR = timedelta(hours=6), timedelta(days=1)
# Older numbers are shown, with their age, while somebody counts.
KEPT_FOR = timedelta(days=30)
# Longer than any count takes: if a counter dies, another one begins after so long.
COUNTS_FOR = timedelta(minutes=2)
STATE, SLOW = "state", "slow"
# The number changes with the fields of Counted.
KEY, COUNTING = "figures-2:{}", "figures-counting:{}"
# Rows for filters are many, so each filter has its own entry: the home reads none of them.
ROWS = "figures-rows-1:{}:{}"


@dataclass(frozen=True, slots=True)
class Found:
    """A figure with its numbers, the beginning of its period, and the time at which it was counted.

    ``since_at`` is None for one that tells how it is now.
    """

    figure: Figure
    counted: Counted
    since_at: datetime | None
    counted_at: datetime


@dataclass(frozen=True, slots=True)
class KeptRows:
    """The values of a filter in words, with the keys of their rows, and the time at which they were counted."""

    rows: Rows
    counted_at: datetime


def count_figures(*, now: datetime) -> int:
    """Count all figures that do not take long, for each period, and store them. Return how many were stored."""
    return sum(len(_count(part, now=now)["figures"]) for part in (STATE, *Period))


def count_slow_figures(*, now: datetime) -> int:
    """Count the figures that take long, and store them. Return how many were stored."""
    return len(_count(SLOW, now=now)["figures"])


def count_slow_figures_again(*, now: datetime) -> None:
    """Count the figures that take long for a reader who asks for it, unless that is under way for another one."""
    _fresh(SLOW, cache.get(KEY.format(SLOW)), fresh_for=timedelta(0), now=now)


def figures_of(period: Period, *, now: datetime) -> list[Found]:
    """Return all figures in their order. One query, if the sweep has counted them.

    Else they are counted now and stored, by one reader at a time. Meanwhile the others get older numbers, and no
    figure that was never counted. Those that take long are left out until the sweep has counted them.
    """
    stored = cache.get_many([KEY.format(part) for part in (STATE, SLOW, period)])
    parts = {part: stored.get(KEY.format(part)) for part in (STATE, SLOW, period)}
    for part in (STATE, period):
        parts[part] = _fresh(part, parts[part], fresh_for=FRESH_FOR, now=now)
    found = [_found(figure, parts[_part(figure, period)]) for figure in all_figures()]
    return [one for one in found if one is not None]


def slow_figure(code: str, *, now: datetime) -> Found | None:
    """Return a figure that takes long as it is stored. Else it is counted now: None while another reader does so."""
    content = _fresh(SLOW, cache.get(KEY.format(SLOW)), fresh_for=SLOW_FRESH_FOR, now=now)
    return _found(_called(code), content)


def stored_slow_figure(code: str) -> Found | None:
    """Return a figure that takes long as it is stored, however old. It is never counted here. One query."""
    return _found(_called(code), cache.get(KEY.format(SLOW)))


def kept_rows(code: str, name: str) -> KeptRows | None:
    """Return what the last count of a figure kept for a filter. It is never counted here. One query."""
    content = cache.get(ROWS.format(code, name))
    return KeptRows(**content) if content else None


def keep_rows(code: str, kept: Mapping[str, Rows], *, now: datetime) -> None:
    """Store the rows of a figure for its filters."""
    for name, rows in kept.items():
        cache.set(ROWS.format(code, name), {"rows": rows, "counted_at": now}, KEPT_FOR.total_seconds())


def _called(code: str) -> Figure:
    [figure] = [figure for figure in all_figures() if figure.code == code]
    return figure


def _part(figure: Figure, period: Period) -> str:
    """Return the part of the store that a figure is in."""
    return SLOW if figure.is_slow else STATE if figure.is_state else period


def _figures_in(part: str) -> list[Figure]:
    period = Period.ALL if part in (STATE, SLOW) else Period(part)
    return [figure for figure in all_figures() if _part(figure, period) == part]


def _fresh(part: str, content: Any, *, fresh_for: timedelta, now: datetime) -> Any:
    """Return the stored ``content`` of a part, counted anew if it is old or lacks a figure, unless somebody does so."""
    is_whole = content is not None and {figure.code for figure in _figures_in(part)} <= set(content["figures"])
    if is_whole and content["counted_at"] > now - fresh_for:
        return content
    lock = COUNTING.format(part)
    if not cache.add(lock, True, COUNTS_FOR.total_seconds()):
        return content
    try:
        return _count(part, now=now)
    finally:
        cache.delete(lock)


def _count(part: str, *, now: datetime) -> dict[str, Any]:
    """Count the figures of a part, and store them. Return what was stored."""
    period = Period.ALL if part in (STATE, SLOW) else Period(part)
    # Plain values, so that the code of another version can read them.
    content = {
        "since_at": None if part in (STATE, SLOW) else began(period, now),
        "counted_at": now,
        "figures": {figure.code: _plain(figure, period, now) for figure in _figures_in(part)},
    }
    cache.set(KEY.format(part), content, KEPT_FOR.total_seconds())
    return content


def _plain(figure: Figure, period: Period, now: datetime) -> dict[str, Any]:
    """Count a figure and keep its rows for filters. Return the rest as plain values."""
    counted = figure.count(period, now)
    keep_rows(figure.code, counted.kept, now=now)
    numbers = asdict(replace(counted, kept={}))
    del numbers["kept"]
    return numbers


def _found(figure: Figure, content: Mapping[str, Any] | None) -> Found | None:
    numbers = content["figures"].get(figure.code) if content else None
    if content is None or numbers is None:
        return None
    lines = tuple(Line(**line) for line in numbers["lines"])
    return Found(figure, Counted(**(numbers | {"lines": lines})), content["since_at"], content["counted_at"])
