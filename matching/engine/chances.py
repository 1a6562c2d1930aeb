"""Count the mentors whom a small change of a need would bring, by ranking anew with the changed need."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from matching.engine.checks import FORMATS, check_need
from matching.engine.columns import Bools, Rows
from matching.engine.common_ground import usable_languages
from matching.engine.facts import Need, Speaks
from matching.engine.rank import Read, closest, is_worth_proposing, rank, read_nothing, reading_once
from matching.engine.rules import RULES, violations
from matching.engine.score import fit, weights_of
from matching.engine.table import MentorTable

LANGUAGE, TIME, FORMAT, MINUTES, PRICE, COUNTRY, GOAL = KINDS = (
    "language",
    "time",
    "format",
    "minutes",
    "price",
    "country",
    "goal",
)
# The rules that read what a change of each kind changes. All other rules give the same result as before.
TOUCHED: Mapping[str, tuple[str, ...]] = {
    LANGUAGE: ("no_shared_language",),
    TIME: ("no_overlap",),
    FORMAT: ("format_not_offered",),
    MINUTES: ("no_overlap",),
    PRICE: ("price",),
    COUNTRY: ("market_experience",),
    GOAL: ("goal_not_offered", "market_experience"),
}
# No criterion reads what the other kinds change, so everybody keeps their fit.
CHANGES_FIT = frozenset({COUNTRY, GOAL})

SHORTER_MINUTES = (45, 30, 15)
# Each other country ranks everybody anew. Those with most mentors who lack nothing else are tried.
COUNTRIES_MAX = 5

_COLUMN = {rule.name: column for column, rule in enumerate(RULES)}

Hour = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Options:
    """The changes that the mentee may make, as far as the mentors do not tell.

    ``hours``: for each weekday (1 Monday to 7 Sunday) and hour of the mentee's clock, the quarter-hours that one more
    window of time adds, as bits as in ``Need.hours``. ``goal_kinds``: for each kind, whether it needs a market.
    """

    hours: Mapping[Hour, int] = field(default_factory=dict)
    goal_kinds: Mapping[str, bool] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Change:
    """One change of ``kind``, and the ``need`` after it.

    ``value``: a language, weekday and hour, a format, minutes, a Price or None for any price, a country or "" for none,
    or a kind of goal.
    """

    kind: str
    value: Any
    need: Need


@dataclass(frozen=True, slots=True)
class Chance:
    """``more`` counts the mentors worth proposing after the change who are not so before, ``fewer`` the opposite.

    ``fewer`` is not 0 if the change excludes mentors, or brings one who fits far better.
    """

    change: Change
    more: int
    fewer: int


@dataclass(frozen=True, slots=True)
class Chances:
    """``now`` counts the mentors worth proposing. ``chances`` has each change that brings somebody.

    Of each kind the small ones come first.
    """

    now: int
    chances: tuple[Chance, ...]


def chances(
    need: Need,
    table: MentorTable,
    options: Options,
    *,
    known: AbstractSet[int] = frozenset(),
    read: Read = read_nothing,
) -> Chances:
    """Return how many more mentors would be worth proposing after each change of ``need``.

    The counts are those of ``suggest`` with the changed need. Its texts stay as they are. ``known``: mentors whom the
    mentee has on the list already; they take part, and are not counted. ``read`` as in ``rank``.

    Raises ValueError for a need that cannot be judged.
    """
    check_need(need)
    community = _Community(need, table)
    read = reading_once(read)
    changes = list(_changes(community, options))
    same = [change for change in changes if change.kind not in CHANGES_FIT]
    other = [change for change in changes if change.kind in CHANGES_FIT]
    rows = [community.eligible_after(change) for change in same]
    before, *after = _worth_with_one_fit(community, [community.eligible, *rows], read)
    after += [_worth(change.need, table, community.eligible_after(change), read) for change in other]
    found = [
        Chance(change, more=len(worth - before - known), fewer=len(before - worth))
        for change, worth in zip([*same, *other], after, strict=True)
    ]
    return Chances(len(before), tuple(chance for chance in found if chance.more))


class _Community:
    """The mentors, and the rules that each of them breaks for ``need``."""

    def __init__(self, need: Need, table: MentorTable) -> None:
        self.need, self.table = need, table
        self._broken = violations(need, table)
        self._count = np.count_nonzero(self._broken, axis=1)
        self.eligible = np.flatnonzero(self._count == 0)

    def winnable(self, kind: str) -> Rows:
        """Return the rows of mentors who break rules, and only such as a change of ``kind`` touches."""
        return np.flatnonzero(self._keeps_all_but(kind) & (self._count > 0))

    def eligible_after(self, change: Change) -> Rows:
        allowed = self._keeps_all_but(change.kind)
        for name in TOUCHED[change.kind]:
            one = RULES[_COLUMN[name]].allows(change.need, self.table)
            if one is not None:
                allowed &= one
        return np.flatnonzero(allowed)

    def _keeps_all_but(self, kind: str) -> Bools:
        touched = self._broken[:, [_COLUMN[name] for name in TOUCHED[kind]]]
        kept: Bools = self._count == np.count_nonzero(touched, axis=1)
        return kept


def _worth(need: Need, table: MentorTable, rows: Rows, read: Read) -> frozenset[int]:
    """Return the ids of the mentors in ``rows`` who are worth proposing."""
    ranked = rank(need, table, rows, weights_of(need), read)
    return frozenset(table.ids[ranked.rows[: ranked.worth_count]].tolist())


def _worth_with_one_fit(community: _Community, groups: Sequence[Rows], read: Read) -> list[frozenset[int]]:
    """Return ``_worth`` of each group of rows, for needs that differ in nothing that a criterion reads.

    Nobody is judged twice. Each group has closest mentors of its own, who are read.
    """
    need, table = community.need, community.table
    weights = weights_of(need)
    unread = np.zeros(len(table), dtype=np.float64)
    everybody = np.unique(np.concatenate(groups))
    unread[everybody] = fit(need, table, everybody, weights).score
    near = [rows[closest(table.ids[rows], unread[rows])] for rows in groups]
    each = np.unique(np.concatenate(near))
    score = unread.copy()
    score[each] = fit(need, table, each, weights, read(table.ids[each].tolist())).score
    worth = []
    for rows, closely in zip(groups, near, strict=True):
        judged = unread.copy()
        judged[closely] = score[closely]
        worth.append(frozenset(table.ids[rows[is_worth_proposing(judged[rows])]].tolist()))
    return worth


def _changes(community: _Community, options: Options) -> Iterator[Change]:
    """Yield the changes that may bring a mentor, of each kind the small ones first."""
    yield from _languages(community)
    yield from _hours(community, options)
    yield from _formats(community)
    yield from _minutes(community)
    yield from _prices(community)
    yield from _countries(community)
    yield from _goals(community, options)


def _languages(community: _Community) -> Iterator[Change]:
    """Yield each language that somebody speaks who breaks no other rule, at working level."""
    need, rows = community.need, community.winnable(LANGUAGE)
    for code in community.table.languages:
        if code in usable_languages(need) or not (community.table.languages.of(code)[rows] >= Speaks.WORKING).any():
            continue
        level = max(need.languages.get(code, Speaks.WORKING), Speaks.WORKING)
        wanted = need.wanted_languages | {code} if need.wanted_languages else need.wanted_languages
        yield Change(LANGUAGE, code, replace(need, languages={**need.languages, code: level}, wanted_languages=wanted))


def _hours(community: _Community, options: Options) -> Iterator[Change]:
    need = community.need
    if need.hours is None or not community.winnable(TIME).size:
        return
    for hour, quarters in options.hours.items():
        if quarters & ~need.hours:
            yield Change(TIME, hour, replace(need, hours=need.hours | quarters))


def _formats(community: _Community) -> Iterator[Change]:
    for format in FORMATS:
        if format != community.need.format:
            yield Change(FORMAT, format, replace(community.need, format=format))


def _minutes(community: _Community) -> Iterator[Change]:
    if not community.winnable(MINUTES).size:
        return
    for minutes in SHORTER_MINUTES:
        if minutes < community.need.minutes:
            yield Change(MINUTES, minutes, replace(community.need, minutes=minutes))


def _prices(community: _Community) -> Iterator[Change]:
    """Yield the lowest, the median and the highest price of those who break no other rule, by unit, and any price.

    A mentee who names a highest price keeps its currency and period.
    """
    need, table, rows = community.need, community.table, community.winnable(PRICE)
    units, first = np.unique(table.price_unit[rows], return_index=True)
    for unit, row in zip(units.tolist(), rows[first].tolist(), strict=True):
        price = table.mentor(row).price
        if price is None or (need.max_price and unit != table.price_unit_of(need.max_price)):
            continue
        amounts = np.unique(table.price_amount[rows[table.price_unit[rows] == unit]])
        for amount in np.unique(amounts[[0, (amounts.size - 1) // 2, -1]]).tolist():
            most = replace(price, amount=amount)
            yield Change(PRICE, most, replace(need, accepts_paid=True, max_price=most))
    if rows.size:
        yield Change(PRICE, None, replace(need, accepts_paid=True, max_price=None))


def _countries(community: _Community) -> Iterator[Change]:
    """Yield other countries if the goal needs one, else none. Only countries of mentors who break no other rule."""
    goal, table = community.need.goal, community.table
    if not goal.country:
        return
    if not goal.needs_market:
        yield Change(COUNTRY, "", replace(community.need, goal=replace(goal, country="")))
        return
    rows = community.winnable(COUNTRY)
    counts = {code: np.count_nonzero(table.worked_in.of(code)[rows]) for code in table.worked_in if code}
    for code in sorted(counts, key=lambda code: (-counts[code], code))[:COUNTRIES_MAX]:
        if counts[code]:
            yield Change(COUNTRY, code, replace(community.need, goal=replace(goal, country=code)))


def _goals(community: _Community, options: Options) -> Iterator[Change]:
    goal = community.need.goal
    for kind, needs_market in options.goal_kinds.items():
        if kind != goal.kind and (goal.country or not needs_market):
            changed = replace(goal, kind=kind, needs_market=needs_market)
            yield Change(GOAL, kind, replace(community.need, goal=changed))
