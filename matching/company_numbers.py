"""The numbers of a cohort that its company reads. Plain values: no clock, no database.

A company knows its own people. So no number, and no difference of numbers, may tell of fewer than FEW of them:

1. Groups are chosen once, and stay. Each has FEW people or more; smaller departments are merged into one group.
2. A number of people moves only when it has changed by FEW or more since it moved last. A number of sessions moves only
   when FEW people or more had one since then. So one who joins, leaves or changes department moves none.
3. Every number is rounded down to a multiple of FEW. Sums and differences of such numbers are multiples of FEW, too.

docs/cohorts.md says what this does not protect.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

FEW = 5
# The names of numbers of people, in their order. Sessions are counted apart.
OF_PEOPLE = ("people", "matched", "running", "ended_as_planned")
SESSIONS = "sessions"
MEASURES = (*OF_PEOPLE, SESSIONS)
# How people are divided into groups, in the order of a report.
BREAKDOWNS = ("side", "department", "start")
SIDES = ("mentee", "mentor")
ALL = "all"
# The key of all departments that have no group of their own. No department is called so: names are stripped.
OTHERS = " "


@dataclass(frozen=True, slots=True)
class Part:
    """One person on one side of a cohort. Somebody on both sides has two parts with one ``person``.

    ``started_in``: the month of their first mentorship of the cohort. ``sessions``: the days of those that were held.
    """

    person: int
    side: str
    department: str = ""
    matched: bool = False
    running: bool = False
    ended_as_planned: bool = False
    started_in: date | None = None
    sessions: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """The numbers of one group. Each is a multiple of FEW; 0 means fewer than FEW. ``by`` is ALL or a breakdown."""

    by: str
    group: str
    people: int
    matched: int
    running: int
    ended_as_planned: int
    sessions: int


@dataclass(frozen=True, slots=True)
class Report:
    """The lines that are shown, and what the next report has to know: nothing about single people.

    ``groups``: the keys of each breakdown that is shown. ``counts``: the number of each cell when it moved last, with
    the day for sessions.
    """

    groups: Mapping[str, Sequence[str]] = field(default_factory=dict)
    counts: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def lines(self) -> list[Line]:
        """Return the lines in their order: all, and then the groups of each breakdown."""
        keys = [(ALL, ALL), *((by, group) for by in BREAKDOWNS for group in self.groups.get(by, ()))]
        return [self._line(by, group) for by, group in keys if f"{by}:{group}" in self.counts]

    def _line(self, by: str, group: str) -> Line:
        cells = self.counts[f"{by}:{group}"]
        shown = {name: _rounded(cells[name]) for name in OF_PEOPLE}
        return Line(by, group, sessions=_rounded(cells[SESSIONS][0]), **shown)


def next_report(parts: Iterable[Part], before: Report, *, today: date) -> Report:
    """Return the report of ``today``. ``before`` is the last one, or an empty one.

    Mentorships that begin in the month of ``today`` are in no group by start yet.
    """
    counted = list(parts)
    groups = _groups(counted, before.groups, today)
    members = {(ALL, ALL): counted}
    for by, keys in groups.items():
        for key in keys:
            members[by, key] = [part for part in counted if _is_in(part, by, key, keys)]
    counts = {
        f"{by}:{key}": _counts(those, by, before.counts.get(f"{by}:{key}", {}), today)
        for (by, key), those in members.items()
    }
    return Report(groups, counts)


def _groups(parts: Sequence[Part], before: Mapping[str, Sequence[str]], today: date) -> dict[str, list[str]]:
    """Return the groups of each breakdown. Those that are there stay, and groups by start are added behind them."""
    found = {
        "side": list(before.get("side", ())) or _side_groups(parts),
        "department": list(before.get("department", ())) or _department_groups(parts),
        "start": [*before.get("start", ()), *_start_groups(parts, before.get("start", ()), today)],
    }
    return {by: keys for by, keys in found.items() if keys}


def _side_groups(parts: Sequence[Part]) -> list[str]:
    return list(SIDES) if all(_size(p for p in parts if p.side == side) >= FEW for side in SIDES) else []


def _department_groups(parts: Sequence[Part]) -> list[str]:
    """Return departments of FEW people or more, and OTHERS for the rest: two groups or more, or none."""
    people: dict[str, set[int]] = {}
    for part in parts:
        people.setdefault(part.department.strip(), set()).add(part.person)
    shown = sorted(name for name, those in people.items() if name and len(those) >= FEW)
    by_size = sorted(shown, key=lambda name: (len(people[name]), name))
    rest: set[int] = set().union(*(those for name, those in people.items() if name not in shown))
    # The rest would be known from the total.
    while rest and len(rest) < FEW and by_size:
        smallest = by_size.pop(0)
        shown.remove(smallest)
        rest |= people[smallest]
    groups = [*shown, *([OTHERS] if len(rest) >= FEW else [])]
    return groups if len(groups) > 1 else []


def _start_groups(parts: Sequence[Part], before: Sequence[str], today: date) -> Iterator[str]:
    """Yield months, or spans of months, in which FEW people or more began. They follow those that are there."""
    last = before[-1].partition("/")[2] if before else ""
    starts: dict[str, set[int]] = {}
    for part in parts:
        if part.side == "mentee" and part.started_in is not None and last < _month(part.started_in) < _month(today):
            starts.setdefault(_month(part.started_in), set()).add(part.person)
    first, those = "", set[int]()
    for month in sorted(starts):
        first = first or month
        those |= starts[month]
        if len(those) >= FEW:
            yield f"{first}/{month}"
            first, those = "", set()


def _is_in(part: Part, by: str, key: str, keys: Sequence[str]) -> bool:
    match by:
        case "side":
            return part.side == key
        case "department":
            name = part.department.strip()
            return name == key or (key == OTHERS and name not in keys)
        case _:
            first, _, last = key.partition("/")
            return part.side == "mentee" and part.started_in is not None and first <= _month(part.started_in) <= last


def _counts(parts: Sequence[Part], by: str, before: Mapping[str, Any], today: date) -> dict[str, Any]:
    """Return the numbers of one group: those of before, except where FEW people or more have changed them."""
    counts: dict[str, Any] = {}
    for name in OF_PEOPLE:
        now = _size(part for part in parts if name == "people" or getattr(part, name))
        was = before.get(name)
        counts[name] = now if was is None or abs(now - was) >= FEW else was
    # A session is one of its mentee, so that none is counted twice. The group of the mentors counts theirs.
    sides = set(SIDES) if by == "side" else {"mentee"}
    own = [part for part in parts if part.side in sides]
    total, since = before.get(SESSIONS, (0, date.min.isoformat()))
    if _size(part for part in own if any(since < day.isoformat() <= today.isoformat() for day in part.sessions)) >= FEW:
        total, since = sum(day <= today for part in own for day in part.sessions), today.isoformat()
    counts[SESSIONS] = [total, since]
    return counts


def _size(parts: Iterable[Part]) -> int:
    """Return the number of different people."""
    return len({part.person for part in parts})


def _rounded(number: int) -> int:
    return number - number % FEW


def _month(day: date) -> str:
    return f"{day.year:04}-{day.month:02}"
