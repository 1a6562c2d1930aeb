"""The scores of many requests with all mentors, by the same rules and the same fit as a ranking.

A ranking judges one request. Here most columns are the same for many requests, and are computed once for each
value that they depend on. Texts are compared by one matrix product for each block.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching.engine.assignment.blocks import Block, Blocks
from matching.engine.assignment.pair_rules import PairRule
from matching.engine.assignment.scores import NOT_ELIGIBLE, ONE, BadCohort, both_sides
from matching.engine.checks import check_need
from matching.engine.columns import Bools, Floats, Integers, Rows
from matching.engine.criteria import CRITERIA, path
from matching.engine.criteria.text import scaled as scaled_cosines
from matching.engine.facts import Goal, Need
from matching.engine.fitted import FITTED
from matching.engine.rules import RULES
from matching.engine.score import NOT_STATED_SHARE, READ, weights_of
from matching.engine.table import STATES_CAREER, STATES_TEXT, MentorTable

# Columns that are kept of each rule and criterion.
KEPT_BYTES = 32 * 2**20

# Returns fits by the mentors' side for the mentees from the first to before the second, shape (mentees, M).
OtherSide = Callable[[int, int], NDArray[np.float64]]
Key = Callable[[Need], Hashable]

# Rules about the mentor alone.
SAME_FOR_ALL = frozenset(
    "not_approved paused away suspended unreachable no_capacity hours_spent inbox_full shown_enough".split()
)
# The facts of a need that decide a rule. Other rules are judged for each need.
RULE_KEYS: Mapping[str, Key] = {
    "no_shared_language": lambda need: (tuple(sorted(need.languages.items())), need.wanted_languages),
    "format_not_offered": lambda need: need.format,
    "goal_not_offered": lambda need: need.goal.kind,
    "market_experience": lambda need: (need.goal.needs_market, need.goal.country),
    "price": lambda need: (need.accepts_paid, need.max_price),
    "no_overlap": lambda need: (need.hours, need.minutes),
}
# The same for criteria, but for texts and paths.
CRITERION_KEYS: Mapping[str, Key] = {
    "position": lambda need: (need.goal.role, need.goal.field),
    "needs": lambda need: need.needs,
    "market": lambda need: need.goal.country,
    "sector": lambda need: need.goal.sector,
    "goal": lambda need: need.goal.kind,
    "session": lambda need: need.session_kind,
}


def scores_of_profiles(
    needs: Sequence[Need],
    table: MentorTable,
    *,
    rules: Sequence[PairRule] = (),
    despite: Collection[str] = (),
    least: float = 0.0,
    other_side: OtherSide | None = None,
    progress: Callable[[int], None] | None = None,
) -> Blocks:
    """Return the scores of ``needs``, as mentees in this order, with the mentors of ``table``, in the order of rows.

    A pair is eligible if it breaks no hard rule but those named in ``despite``, if all ``rules`` of the cohort allow
    it, and if its fit is ``least`` or more. A score is the fit of ``suggest`` without sentences, in units of 1 / ONE.
    It may differ in the last unit, since matrix products round otherwise. ``other_side`` gives the fits by the mentors'
    side; then a score is the harmonic mean of both.

    The table must not change while the result is in use. Raises BadCohort for an unknown rule and for a mentee who
    occurs twice, ValueError for a need that cannot be judged.
    """
    if unknown := set(despite) - {rule.name for rule in RULES}:
        raise BadCohort(f"{min(unknown)!r} is no hard rule; use names of RULES.")
    seen: set[int] = set()
    for need in needs:
        check_need(need)
        if need.mentee_id in seen:
            raise BadCohort(f"Mentee {need.mentee_id} has two requests in the cohort; choose one for each person.")
        seen.add(need.mentee_id)
        if table.texts is not None and need.text is not None and need.text.size != table.texts.width:
            raise BadCohort(
                f"Mentee {need.mentee_id}: text has {need.text.size} dimensions; the mentors' have "
                f"{table.texts.width}: use one encoder for both."
            )
    judge = _Judge(needs, table, tuple(rules), frozenset(despite), least, other_side)
    return Blocks(judge.block, len(needs), len(table), progress=progress)


def sole_obstacles(need: Need, table: MentorTable, *, despite: Collection[str] = ()) -> dict[str, int]:
    """Return how many mentors each hard rule alone keeps from ``need``, by name; the rules that would free somebody.

    The rules named in ``despite`` keep nobody.
    """
    broken = np.zeros((len(table), len(RULES)), dtype=np.bool_)
    for number, rule in enumerate(RULES):
        allowed = None if rule.name in despite else rule.allows(need, table)
        if allowed is not None:
            broken[:, number] = ~allowed
    alone = broken[broken.sum(axis=1) == 1].sum(axis=0)
    return {rule.name: int(count) for rule, count in zip(RULES, alone, strict=True) if count}


class _Memory:
    """Columns by key. It forgets all of them when it is full."""

    def __init__(self, mentors: int) -> None:
        self._columns: dict[Hashable, Any] = {}
        self._most = max(16, KEPT_BYTES // max(1, 8 * mentors))

    def get(self, key: Hashable, compute: Callable[[], Any]) -> Any:
        if key not in self._columns:
            if len(self._columns) >= self._most:
                self._columns.clear()
            self._columns[key] = compute()
        return self._columns[key]


class _Owned:
    """Records of mentors, ordered so that the best of each mentor is found without a search.

    Mentors with most records come first, and the first records of all mentors before the second ones. So the k-th
    records are a slice, and belong to the first mentors.
    """

    def __init__(self, records: NDArray[np.void], owners: Integers, mentors: int) -> None:
        counts = np.bincount(owners, minlength=mentors)
        place = np.arange(owners.size) - (np.cumsum(counts) - counts)[owners]
        by_count = np.argsort(-counts, kind="stable")
        standing = np.empty(mentors, dtype=np.int64)
        standing[by_count] = np.arange(mentors)
        order = np.lexsort((standing[owners], place))
        sizes = np.bincount(place) if place.size else np.zeros(0, dtype=np.int64)
        self._ends = np.cumsum(sizes).tolist()
        self._owners = by_count[: sizes[0]] if sizes.size else by_count[:0]
        self._mentors = mentors
        self.fields = {name: np.ascontiguousarray(records[name][order]) for name in records.dtype.names or ()}

    def best(self, points: Integers) -> Integers:
        """Return the most points of a record of each mentor, shape (M,), 0 without a record."""
        found = np.zeros(self._mentors, dtype=np.int64)
        if self._ends:
            best = points[: self._ends[0]].copy()
            for start, end in pairwise(self._ends):
                np.maximum(best[: end - start], points[start:end], out=best[: end - start])
            found[self._owners] = best
        return found


class _Paths:
    """Criterion ``path`` for everybody: the same points, on records that are sorted once."""

    def __init__(self, table: MentorTable) -> None:
        self._table = table
        rows = np.arange(len(table))
        self._steps = _Owned(*table.steps.records(rows), len(table))
        records, owners = table.transitions.records(rows)
        self._lived = {}
        for kind, code in table.kinds.items():
            of_kind = records["kind"] == code
            self._lived[kind] = _Owned(records[of_kind], owners[of_kind], len(table))
        self._positions = _Memory(len(table))

    def evidence(self, need: Need) -> Floats:
        goal = need.goal
        found: Floats = self._positions.get((goal.field, goal.role, goal.country), lambda: self._position(goal))
        if (lived := self._lived.get(goal.kind)) is not None:
            points, possible = path.transition_points(need, self._table, lived.fields)
            best = lived.best(points).astype(np.float32) / np.float32(possible)
            found = np.maximum(found, best)
        return found

    def _position(self, goal: Goal) -> Floats:
        best = self._steps.best(path.position_points(goal, self._table, self._steps.fields))
        return best.astype(np.float32) / np.float32(path.POSITION_WHOLE)


class _Judge:
    """Judges blocks of needs."""

    def __init__(
        self,
        needs: Sequence[Need],
        table: MentorTable,
        rules: tuple[PairRule, ...],
        despite: frozenset[str],
        least: float,
        other_side: OtherSide | None,
    ) -> None:
        self.needs, self.table, self.rules, self.other_side = needs, table, rules, other_side
        self.least = round(least * ONE)
        self.hard_rules = [rule for rule in RULES if rule.name not in SAME_FOR_ALL and rule.name not in despite]
        self.here = np.ones(len(table), dtype=np.bool_)
        for rule in RULES:
            if needs and rule.name in SAME_FOR_ALL and rule.name not in despite:
                allowed = rule.allows(needs[0], table)
                if allowed is not None:
                    self.here &= allowed
        self.rows = np.arange(len(table))
        self.sample = table.sample
        self.allowed = {rule.name: _Memory(len(table)) for rule in self.hard_rules}
        self.columns = {name: _Memory(len(table)) for name in CRITERION_KEYS}
        self.paths = _Paths(table)
        self.has_text = (table.stated[:] & np.uint8(STATES_TEXT)) > 0
        self.has_career = (table.stated[:] & np.uint8(STATES_CAREER)) > 0

    def block(self, start: int, end: int) -> Block:
        """Return the scores of the needs from ``start`` to before ``end``, shape (end - start, M)."""
        texts = self._texts(start, end)
        found = np.full((end - start, len(self.table)), NOT_ELIGIBLE, dtype=np.int16)
        other = None if self.other_side is None else self.other_side(start, end)
        for place, need in enumerate(self.needs[start:end]):
            rows = np.flatnonzero(self._eligible(need))
            fits = np.minimum(self._points(need, rows, None if texts is None else texts[place]) / 100.0, 1.0)
            if other is not None:
                fits = both_sides(fits, other[place][rows])
            found[place, rows] = np.rint(fits * ONE)
        for rule in self.rules:
            found[~rule.allows(np.arange(start, end)[:, None], self.rows[None, :])] = NOT_ELIGIBLE
        if self.least > 0:
            found[found < self.least] = NOT_ELIGIBLE
        return found

    def _eligible(self, need: Need) -> Bools:
        allowed = self.here.copy()
        for rule in self.hard_rules:
            judge = partial(rule.allows, need, self.table)
            key = RULE_KEYS.get(rule.name)
            column = judge() if key is None else self.allowed[rule.name].get(key(need), judge)
            if column is not None:
                allowed &= column
        return allowed

    def _points(self, need: Need, rows: Rows, cosines: Floats | None) -> NDArray[np.float64]:
        """Return the points of the fit, added in the order of the weights as in ``fit``, shape of ``rows``."""
        weights = weights_of(need)
        total = np.zeros(rows.size, dtype=np.float64)
        for name, points in zip(weights.names, weights.points, strict=True):
            if not points:
                continue
            if (key := CRITERION_KEYS.get(name)) is not None:
                column = self.columns[name].get((points, key(need)), partial(self._column, name, need, points))
                total += column[rows]
            else:
                total += points * self._assumed(name, need, rows, cosines).astype(np.float64)
        return total

    def _assumed(self, name: str, need: Need, rows: Rows, cosines: Floats | None) -> Floats:
        """Return the values in ``rows`` of a criterion that differs from need to need."""
        if name == READ:
            return np.full(rows.size, NOT_STATED_SHARE * FITTED.mean_of_sentences, dtype=np.float32)
        if name == "path":
            found = self.paths.evidence(need)
            return _with_floor(found[rows], found[self.sample], self.has_career[rows])
        if name == "text":
            if cosines is None or need.text is None:
                return np.zeros(rows.size, dtype=np.float32)
            scale = FITTED.scales["text"]
            values, of_sample = scaled_cosines(cosines[rows], scale), scaled_cosines(cosines[self.sample], scale)
            return _with_floor(values, of_sample, self.has_text[rows])
        return self._of_criterion(name, need)[rows]

    def _column(self, name: str, need: Need, points: float) -> NDArray[np.float64]:
        return points * self._of_criterion(name, need).astype(np.float64)

    def _of_criterion(self, name: str, need: Need) -> Floats:
        criterion = CRITERIA[name]
        values = criterion.evidence(need, self.table, self.rows)
        return _with_floor(values, values[self.sample], criterion.is_stated(need, self.table, self.rows))

    def _texts(self, start: int, end: int) -> Floats | None:
        """Return the cosines of requests and profiles, shape (end - start, M), 0 where there is no text."""
        if self.table.texts is None:
            return None
        width = self.table.texts[:].shape[1]
        asked = np.zeros((end - start, width), dtype=np.float32)
        for place, need in enumerate(self.needs[start:end]):
            if need.text is not None:
                asked[place] = need.text
        cosines: Floats = asked @ self.table.texts[:].T
        return cosines


def _with_floor(values: Floats, of_sample: Floats, stated: Bools) -> Floats:
    """Return values with the floor of missing data and low values, as ``fit`` and ``floors`` have it."""
    mean = float(of_sample.sum(dtype=np.float64)) / max(1, of_sample.size)
    lowest = np.float32(NOT_STATED_SHARE * mean)
    found: Floats = np.where(stated, np.maximum(values, lowest), lowest)
    return found
