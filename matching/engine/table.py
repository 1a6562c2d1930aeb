"""All mentors as columns, so that one need is judged against everybody at once, and kept up to date mentor by mentor.

A row is a position in the table; which one a mentor has may change with every change of the table, and means no more
than that those about whom alone no rule is broken come first, so that nobody else is passed over at every ranking.
M is the number of mentors. A table is not for several threads at once.
"""

from __future__ import annotations

import pickle
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from matching.engine.checks import STATUSES, check_mentor
from matching.engine.columns import (
    UNKNOWN,
    Bools,
    Codes,
    Column,
    Extent,
    KeyedColumns,
    Postings,
    Ragged,
    Rows,
    best_per_owner,
    more_room,
)
from matching.engine.facts import Mentor, Price, Speaks, Step, Term
from matching.engine.likelihood import SILENCE_COST, silence_cost
from matching.engine.standing import standing_level
from matching.engine.transitions import LATER_THAN_ANY_YEAR, Transition, transitions
from matching.engine.words import plain

WORDS = 11  # of 64 bits each, for the 672 quarter-hours of a week
# What the records of careers hold: codes of words, levels, years.
STEP_VALUES = ("role", "field", "country", "level", "end")
TURN_PARTS = ("field", "from_field", "sector", "country")
TURN_VALUES = ("kind", "year", *TURN_PARTS)
APPROVED = STATUSES.index("approved")
# What a mentor states, as bits; the first is set for everybody.
STATES_ANYTHING, STATES_TERMS, STATES_CAREER, STATES_HOURS, STATES_TEXTS = 1, 2, 4, 8, 16

# What a full mentor's rank loses against an idle one's of the same fit, in points.
FULL_LOAD_COST = 10.0
# What load and silence cost together, at most, of mentors who have room.
MOST_RANK_COST = int(FULL_LOAD_COST + SILENCE_COST)
# Where ranks are summed for everybody at once. 16 bits hold 163 points then, and no sum exceeds 135: 20 so that none is
# negative, 100 of fit, 3 of interest, and for a need with MOST_NEEDS skills 12 of rounding up.
PARTS_OF_A_POINT = 400

# So many approved mentors stand for all of them where something usual is asked for. The standard error of a mean of
# values in [0, 1] is then .0625 at most, and half of it is what a floor is off by.
SAMPLE_SIZE = 64
SCATTER = np.uint64(0x9E3779B97F4A7C15)  # 2^64 divided by the golden ratio (Knuth, TAOCP 6.4): spreads ids evenly


class MentorTable:
    """The columns, of shape (M,) where nothing else is said.

    ``status`` indexes STATUSES; ``load_cost`` and ``silence_cost`` are points of rank, ``rank_cost`` is their sum in
    parts of a point, rounded down, at most MOST_RANK_COST; ``capacity_left``, ``inbox_left`` and ``shows_left`` are
    counts, zero or negative where there is no room; ``price_unit`` stands for currency and "per" together, UNKNOWN for
    an unpaid mentor; ``languages`` holds levels of Speaks, 0 for "not spoken", ``converses`` says who speaks one at
    WORKING or better; ``hours`` has shape (M, 11), 672 bits from Monday 00:00 UTC; ``helped`` counts people by kind of
    goal.

    ``unpaid`` says what its name does; ``stated`` holds the bits of STATES_TERMS (skills or topics) and the like.

    ``lived`` says who took a kind of turn, ``lived_in`` in which year last; ``worked_in`` is by country.

    ``teaches``, ``skills`` and ``explores`` list rows by term key; ``in_field`` by field (plain), with the year in
    which the last step there ended; ``held`` by role (plain); ``turned`` by ``turn_key``. ``steps``, ``turns`` and
    ``vectors`` hold any number of records for each row: career steps, lived transitions in the order of
    ``transitions``, unit vectors of texts.

    Raises ValueError for a mentor who cannot be judged and for an id that occurs twice.
    """

    def __init__(self, mentors: Iterable[Mentor] = ()) -> None:
        self._extent = extent = Extent()
        self._row_of: dict[int, int] = {}
        self._facts: list[bytes] = []
        self._available = 0
        self._sample: NDArray[np.int64] | None = None
        self._sample_rows: Rows | None = None
        self._price_units = Codes()
        self.roles: Final = Codes()
        self.fields: Final = Codes()
        self.sectors: Final = Codes()
        self.countries: Final = Codes()
        self.kinds: Final[dict[str, int]] = {}

        self.ids: Final = Column(extent, np.int64)
        self.status: Final = Column(extent, np.int8)
        self.capacity_left: Final = Column(extent, np.int32)
        self.inbox_left: Final = Column(extent, np.int32)
        self.shows_left: Final = Column(extent, np.int32)
        self.load_cost: Final = Column(extent, np.float64)
        self.silence_cost: Final = Column(extent, np.float64)
        self.rank_cost: Final = Column(extent, np.uint16)
        self.price_amount: Final = Column(extent, np.float64)
        self.price_unit: Final = Column(extent, np.int32)
        self.unpaid: Final = Column(extent, np.bool_)
        self.stated: Final = Column(extent, np.uint8)
        self.hours: Final = Column(extent, np.uint64, WORDS)
        self._standing: dict[int, Column[np.int8]] = {}

        self.languages: Final = KeyedColumns(extent, np.int8)
        self.converses: Final = KeyedColumns(extent, np.bool_)
        self.formats: Final = KeyedColumns(extent, np.bool_)
        self.goals: Final = KeyedColumns(extent, np.bool_)
        self.lived: Final = KeyedColumns(extent, np.bool_)
        self.lived_in: Final = KeyedColumns(extent, np.int16)
        self.session_kinds: Final = KeyedColumns(extent, np.bool_)
        self.worked_in: Final = KeyedColumns(extent, np.bool_)
        self.helped: Final = KeyedColumns(extent, np.int32)
        self.teaches: Final = Postings(extent)
        self.skills: Final = Postings(extent)
        self.explores: Final = Postings(extent)
        self.in_field: Final = Postings(extent)
        self.held: Final = Postings(extent)
        self.turned: Final = Postings(extent)
        self.steps: Final = Ragged(extent, np.int32, len(STEP_VALUES))
        self.turns: Final = Ragged(extent, np.int32, len(TURN_VALUES))
        self.vectors: Ragged[np.float32] | None = None

        available = []
        for mentor in mentors:
            if mentor.id in self._row_of:
                raise ValueError(f"Mentor {mentor.id}: is in the table twice; give each mentor once.")
            self._check(mentor)
            self._write(self._free_row(), mentor)
            available.append(_is_available(mentor))
        self._bring_ahead(np.array(available, dtype=np.bool_))

    def __len__(self) -> int:
        return self._extent.size

    def put(self, mentor: Mentor) -> None:
        """Add ``mentor``, or take these facts instead of what was known. Raises ValueError, then changes nothing."""
        self._check(mentor)
        row = self._row_of.get(mentor.id)
        if row is None:
            row = self._free_row()
        else:
            self._clear(row)
            if (mentor.status == "approved") != (self.status[row] == APPROVED):
                self._sample = None
        self._write(self._ahead(row) if _is_available(mentor) else self._behind(row), mentor)

    def remove(self, mentor_id: int) -> None:
        """Forget a mentor; one who is not there is passed over."""
        row = self._row_of.pop(mentor_id, None)
        if row is None:
            return
        self._clear(row)
        last = len(self) - 1
        self._move(last, to=self._behind(row))
        self._facts.pop()
        self._extent.size = last
        self._sample = None

    def nobody(self, rows: Rows | slice) -> Bools:
        """Return False for each of ``rows``, to be written to."""
        return np.zeros_like(self.unpaid[rows])

    def mentor(self, row: int) -> Mentor:
        """Return the facts in ``row``."""
        mentor: Mentor = pickle.loads(self._facts[row])  # noqa: S301 — written by ``_write``
        if self.vectors is None:
            return mentor
        vectors = self.vectors.flat[self.vectors.place(row)]
        return replace(mentor, vectors=vectors.copy()) if len(vectors) else mentor

    def row_of(self, mentor_id: int) -> int | None:
        return self._row_of.get(mentor_id)

    def rows_of(self, ids: Iterable[int]) -> Rows:
        """Return the rows of the mentors with these ids; other ids are passed over."""
        return np.array([row for id in ids if (row := self._row_of.get(id)) is not None], dtype=np.intp)

    @property
    def available(self) -> slice:
        """The rows of the mentors about whom alone no rule is broken; they come first."""
        return slice(0, self._available)

    @property
    def sample(self) -> Rows:
        """Rows of up to SAMPLE_SIZE approved mentors, by id; the choice depends on the ids alone."""
        if self._sample is None:
            ids = self.ids[np.flatnonzero(self.status[:] == APPROVED)]
            self._sample = np.sort(ids[np.argsort(ids.astype(np.uint64) * SCATTER, kind="stable")[:SAMPLE_SIZE]])
            self._sample_rows = None
        if self._sample_rows is None:
            self._sample_rows = self.rows_of(self._sample.tolist())
        return self._sample_rows

    def standing(self, year: int) -> NDArray[np.int8]:
        """Return 1 more than ``standing_level`` of each mentor in ``year``, shape (M,); 0 without a career."""
        if year not in self._standing:
            self._standing[year] = Column(self._extent, np.int8)
            self._standing[year][:] = self._standing_in(year)
        return self._standing[year][:]

    def price_unit_of(self, price: Price) -> int:
        """Return what ``price_unit`` holds for the price's currency and "per", UNKNOWN if no one has it."""
        return self._price_units.of(_unit(price))

    def _standing_in(self, year: int) -> NDArray[np.int8]:
        positions, owners = self.steps.positions(np.arange(len(self)))
        _, _, _, level, end = self.steps.flat[positions].T
        ranks = (level + 1).astype(np.float32)  # 0 must stay free for "no such step"
        now = best_per_owner(ranks * (end >= year), owners, len(self))
        ever = best_per_owner(ranks, owners, len(self))
        standing: NDArray[np.int8] = np.where(now > 0, now, ever).astype(np.int8)
        return standing

    def _free_row(self) -> int:
        """Return one row more, behind all others."""
        row = len(self)
        self._make_room(row + 1)
        self._extent.size = row + 1
        self._facts.append(b"")
        self._sample = None
        return row

    def _bring_ahead(self, available: Bools) -> None:
        """Put all rows of a new table in order at once, as ``_ahead`` and ``_behind`` keep them."""
        self._available = int(available.sum())
        order = np.argsort(~available, kind="stable")
        for part in vars(self).values():
            if isinstance(part, Column | KeyedColumns | Ragged | Postings):
                part.arrange(order)
        self._facts = [self._facts[row] for row in order]
        self._row_of = {mentor_id: row for row, mentor_id in enumerate(self.ids[:].tolist())}

    def _ahead(self, row: int) -> int:
        """Return a row for somebody available, given one that is free."""
        if row >= self._available:
            self._move(self._available, to=row)
            row = self._available
            self._available += 1
        return row

    def _behind(self, row: int) -> int:
        """Return a row for somebody not available, given one that is free."""
        if row < self._available:
            self._available -= 1
            self._move(self._available, to=row)
            row = self._available
        return row

    def _move(self, row: int, *, to: int) -> None:
        """Bring who is in ``row`` into one that is free; nothing to do if it is the same."""
        self._sample_rows = None
        if row != to:
            mentor = self.mentor(row)
            self._clear(row)
            self._write(to, mentor)

    def _write(self, row: int, mentor: Mentor) -> None:
        """Put ``mentor`` into a row that is free."""
        self._row_of[mentor.id] = row
        self.ids[row] = mentor.id
        self.status[row] = STATUSES.index(mentor.status)
        self.capacity_left[row], self.inbox_left[row], self.shows_left[row] = _room(mentor)
        load = FULL_LOAD_COST * (mentor.running / mentor.capacity if mentor.capacity else 1.0)
        silence = silence_cost(mentor)
        self.load_cost[row], self.silence_cost[row] = load, silence
        self.rank_cost[row] = int(PARTS_OF_A_POINT * min(load + silence, MOST_RANK_COST))
        self.unpaid[row] = mentor.price is None
        self.price_amount[row] = mentor.price.amount if mentor.price else np.nan
        self.price_unit[row] = self._price_units.add(_unit(mentor.price)) if mentor.price else UNKNOWN
        self.stated[row] = _stated(mentor)
        self.hours[row] = hour_words(mentor.hours or 0)
        for year, column in self._standing.items():
            level = standing_level(mentor.career, year)
            column[row] = 0 if level is None else level + 1

        self.languages.put(row, mentor.languages)
        self.converses.put(row, dict.fromkeys(_converses(mentor), True))
        self.formats.put(row, dict.fromkeys(mentor.formats, True))
        self.goals.put(row, dict.fromkeys(mentor.goals, True))
        self.session_kinds.put(row, dict.fromkeys(mentor.session_kinds, True))
        self.worked_in.put(row, {step.country: True for step in mentor.career})
        self.helped.put(row, mentor.helped_with)
        for postings, terms in self._terms(mentor):
            postings.put(row, {term.key: 0 for term in terms})
        self.in_field.put(row, _last_years(mentor))
        self._write_career(row, mentor)
        if mentor.vectors is not None and len(mentor.vectors) and self.vectors is not None:
            self.vectors.put(row, mentor.vectors)
        self._facts[row] = pickle.dumps(replace(mentor, vectors=None), pickle.HIGHEST_PROTOCOL)

    def _write_career(self, row: int, mentor: Mentor) -> None:
        steps, turns = mentor.career, transitions(mentor.career)
        self.lived.put(row, {turn.kind: True for turn in turns})
        self.lived_in.put(row, _years(turns))
        self.turned.put(row, dict.fromkeys(_turn_keys(turns), 0))
        self.held.put(row, {plain(step.role): 0 for step in steps})
        self.steps.put(
            row,
            [
                (
                    self.roles.add(step.role),
                    self.fields.add(step.field),
                    self.countries.add(step.country),
                    step.level,
                    _end(step),
                )
                for step in steps
            ],
        )
        self.turns.put(
            row,
            [
                (
                    self.kinds.setdefault(turn.kind, len(self.kinds)),
                    turn.year,
                    self.fields.add(turn.field),
                    self.fields.add(turn.from_field),
                    self.sectors.add(turn.sector),
                    self.countries.add(turn.country),
                )
                for turn in turns
            ],
        )

    def _clear(self, row: int) -> None:
        """Take back what ``_write`` put where one row is not simply written over by the next."""
        mentor: Mentor = pickle.loads(self._facts[row])  # noqa: S301 — written by ``_write``
        self.languages.clear(row, mentor.languages)
        self.converses.clear(row, _converses(mentor))
        self.formats.clear(row, mentor.formats)
        self.goals.clear(row, mentor.goals)
        self.session_kinds.clear(row, mentor.session_kinds)
        self.worked_in.clear(row, {step.country for step in mentor.career})
        self.helped.clear(row, mentor.helped_with)
        turns = transitions(mentor.career)
        for kinds in (self.lived, self.lived_in):
            kinds.clear(row, {turn.kind for turn in turns})
        self.turned.clear(row, _turn_keys(turns))
        self.held.clear(row, {plain(step.role) for step in mentor.career})
        for postings, terms in self._terms(mentor):
            postings.clear(row, {term.key for term in terms})
        self.in_field.clear(row, _last_years(mentor))
        self.steps.clear(row)
        self.turns.clear(row)
        if self.vectors is not None:
            self.vectors.clear(row)

    def _terms(self, mentor: Mentor) -> tuple[tuple[Postings, tuple[Term, ...]], ...]:
        return (self.teaches, mentor.teaches), (self.skills, mentor.skills), (self.explores, mentor.explores)

    def _check(self, mentor: Mentor) -> None:
        """Raise ValueError for a mentor who cannot be judged, or whose vectors do not compare with the others'."""
        check_mentor(mentor)
        if mentor.vectors is None or not len(mentor.vectors):
            return
        width = mentor.vectors.shape[1]
        if self.vectors is None:
            self.vectors = Ragged(self._extent, np.float32, width)
        elif (known := self.vectors.flat.shape[1]) != width:
            raise ValueError(f"Mentor {mentor.id}: vectors have {width} dimensions; the others' have {known}.")

    def _make_room(self, rows: int) -> None:
        if rows <= self._extent.room:
            return
        self._extent.room = more_room(rows, self._extent.room)
        for part in (*vars(self).values(), *self._standing.values()):
            if isinstance(part, Column | KeyedColumns | Ragged | Postings):
                part.grow()


def hour_words(hours: int) -> NDArray[np.uint64]:
    """Return the bits of a week as 11 words, shape (11,), lowest bits first."""
    return np.frombuffer(hours.to_bytes(WORDS * 8, "little"), dtype="<u8").astype(np.uint64)


def _room(mentor: Mentor) -> tuple[int, int, int]:
    """Return how many more mentorships, unanswered requests and lists the mentor has room for."""
    return mentor.capacity - mentor.running, mentor.inbox_room - mentor.waiting, mentor.shows_room - mentor.shown


def _is_available(mentor: Mentor) -> bool:
    return mentor.status == "approved" and min(_room(mentor)) > 0


def _stated(mentor: Mentor) -> int:
    """Return the bits of what the mentor states."""
    return (
        STATES_ANYTHING
        | STATES_TERMS * bool(mentor.teaches or mentor.skills)
        | STATES_CAREER * bool(mentor.career)
        | STATES_HOURS * (mentor.hours is not None)
        | STATES_TEXTS * (mentor.vectors is not None and len(mentor.vectors) > 0)
    )


def _converses(mentor: Mentor) -> list[str]:
    """Return the languages in which the mentor can hold a conversation."""
    return [code for code, level in mentor.languages.items() if level >= Speaks.WORKING]


def _last_years(mentor: Mentor) -> dict[str, int]:
    """Return for each field the year in which the mentor's last step there ended."""
    years: dict[str, int] = {}
    for step in mentor.career:
        years[plain(step.field)] = max(_end(step), years.get(plain(step.field), 0))
    return years


def turn_key(kind: str, part: str, words: str) -> str:
    """Return the key in ``MentorTable.turned`` of turns of ``kind`` whose ``part`` (as "field") is ``words``."""
    return f"{kind} {part} {plain(words)}"


def _turn_keys(turns: Iterable[Transition]) -> set[str]:
    return {turn_key(turn.kind, part, getattr(turn, part)) for turn in turns for part in TURN_PARTS}


def _years(turns: Iterable[Transition]) -> dict[str, int]:
    """Return for each kind of turn the year of the last."""
    return {turn.kind: turn.year for turn in sorted(turns, key=lambda turn: turn.year)}


def _end(step: Step) -> int:
    return LATER_THAN_ANY_YEAR if step.end is None else step.end


def _unit(price: Price) -> str:
    return f"{price.currency} {price.per}"
