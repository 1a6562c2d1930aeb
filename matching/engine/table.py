"""All mentors as columns, so that one need is judged against everybody at once. Changes come mentor by mentor.

A row is a mentor's position in the table. Rows are not stable: removing a mentor moves the last one into the gap.
M is the number of mentors. A table is not thread-safe.
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
    MIN_CAPACITY,
    UNKNOWN,
    Codes,
    Column,
    Extent,
    KeyedColumns,
    Postings,
    Ragged,
    Rows,
    grown_capacity,
)
from matching.engine.facts import Mentor, Price, Step, Term
from matching.engine.likelihood import silence_cost
from matching.engine.outcomes import reached_share
from matching.engine.transitions import transitions
from matching.engine.words import stems

HOUR_WORDS = 11  # words of 64 bits, for the 672 quarter-hours of a week
# Words are stored as codes.
STEP = np.dtype([(name, np.int32) for name in ("role", "field", "country")])
TRANSITION = np.dtype([(name, np.int32) for name in ("kind", "year", "field", "from_field", "sector", "country")])
APPROVED = STATUSES.index("approved")
# Bits for the parts of a profile that a mentor states. The first is set for everybody.
STATES_ANYTHING, STATES_TERMS, STATES_CAREER, STATES_HOURS, STATES_TEXT = 1, 2, 4, 8, 16

# A table that processes share is written with room for this share of more mentors.
SPARE_SHARE = 0.05

# Points of rank that a full mentor loses against an idle one of the same fit.
FULL_LOAD_COST = 10.0

# Means over the population are taken over this many approved mentors. The standard error of a mean of values in [0, 1]
# is then at most .0625.
SAMPLE_SIZE = 64
SCATTER = np.uint64(0x9E3779B97F4A7C15)  # 2^64 divided by the golden ratio (Knuth, TAOCP 6.4): spreads ids evenly


class MentorTable:
    """Columns of mentors, of shape (M,) unless said otherwise.

    ``status`` holds indexes of STATUSES; ``stated`` the STATES_ bits.
    ``load_cost`` and ``silence_cost`` are in points of rank.
    ``capacity_left``, ``inbox_left`` and ``shows_left`` count people. They are zero or negative for a full mentor.
    ``has_minutes``: the hours of the month are not spent.
    ``price_unit`` is a code for currency and "per" together, UNKNOWN for an unpaid mentor.
    ``hours`` has shape (M, 11): 672 bits from Monday 00:00 UTC, lowest first.

    By key: ``languages`` holds levels of Speaks, 0 if not spoken.
    ``formats``, ``goals``, ``session_kinds``, ``lived`` (kinds of transitions), ``worked_in`` (countries)
    and ``worked_for`` (sectors) are True or False. ``reached`` holds the ``reached_share`` of a kind of goal.
    Posting lists by term key: ``teaches``, ``skills``, ``explores``. By the stem of a word: ``career_words`` (of roles
    and fields).

    Any number per row: ``steps`` (STEP), ``transitions`` (TRANSITION, in the order of the function ``transitions``).
    ``texts`` has shape (M, dimensions): unit vectors of whole profiles, 0 without a text. None until one is put.

    Raises ValueError for a mentor who cannot be judged, and for an id that occurs twice.
    """

    def __init__(self, mentors: Iterable[Mentor] = ()) -> None:
        self._extent = extent = Extent()
        self._row_of: dict[int, int] = {}
        # Each mentor without the text, pickled. One array of bytes can be shared by processes; many objects cannot.
        self._facts: Final[Ragged[np.uint8]] = Ragged(extent, np.uint8)
        self._sample: Rows | None = None
        self._price_units = Codes()
        self.roles: Final = Codes()
        self.fields: Final = Codes()
        self.sectors: Final = Codes()
        self.countries: Final = Codes()
        # Unlike other words, kinds of goals are told apart by case.
        self.kinds: Final[dict[str, int]] = {}

        self.ids: Final = Column(extent, np.int64)
        self.status: Final = Column(extent, np.int8)
        self.away: Final = Column(extent, np.bool_)
        self.reachable: Final = Column(extent, np.bool_)
        self.capacity_left: Final = Column(extent, np.int32)
        self.has_minutes: Final = Column(extent, np.bool_)
        self.inbox_left: Final = Column(extent, np.int32)
        self.shows_left: Final = Column(extent, np.int32)
        self.load_cost: Final = Column(extent, np.float64)
        self.silence_cost: Final = Column(extent, np.float64)
        self.price_amount: Final = Column(extent, np.float64)
        self.price_unit: Final = Column(extent, np.int32)
        self.stated: Final = Column(extent, np.uint8)
        self.hours: Final = Column(extent, np.uint64, HOUR_WORDS)

        self.languages: Final = KeyedColumns(extent, np.int8)
        self.formats: Final = KeyedColumns(extent, np.bool_)
        self.goals: Final = KeyedColumns(extent, np.bool_)
        self.reached: Final = KeyedColumns(extent, np.float32)
        self.lived: Final = KeyedColumns(extent, np.bool_)
        self.session_kinds: Final = KeyedColumns(extent, np.bool_)
        self.worked_in: Final = KeyedColumns(extent, np.bool_)
        self.worked_for: Final = KeyedColumns(extent, np.bool_)
        self.teaches: Final = Postings()
        self.skills: Final = Postings()
        self.explores: Final = Postings()
        self.career_words: Final = Postings()
        self.steps: Final[Ragged[np.void]] = Ragged(extent, STEP)
        self.transitions: Final[Ragged[np.void]] = Ragged(extent, TRANSITION)
        self.texts: Column[np.float32] | None = None

        for mentor in mentors:
            if mentor.id in self._row_of:
                raise ValueError(f"Mentor {mentor.id}: is in the table twice; give each mentor once.")
            self.put(mentor)

    def __len__(self) -> int:
        return self._extent.size

    def put(self, mentor: Mentor) -> None:
        """Add ``mentor``, or replace the facts about this mentor. Raises ValueError and then changes nothing."""
        self._check(mentor)
        row = self._row_of.get(mentor.id)
        if row is None:
            row = self._add_row()
            self._sample = None
        else:
            self._clear(row)
            if (mentor.status == "approved") != (self.status[row] == APPROVED):
                self._sample = None
        self._write(row, mentor)

    def remove(self, mentor_id: int) -> None:
        """Remove a mentor. An unknown id is ignored."""
        row = self._row_of.pop(mentor_id, None)
        if row is None:
            return
        self._clear(row)
        last = len(self) - 1
        if row != last:
            moved = self.mentor(last)
            self._clear(last)
            self._write(row, moved)
        self._extent.size = last
        self._sample = None

    def mentor(self, row: int) -> Mentor:
        """Return the facts in ``row``."""
        mentor = self._mentor_without_text(row)
        if self.texts is None or not self.stated[row] & STATES_TEXT:
            return mentor
        return replace(mentor, text=self.texts[row].copy())

    def row_of(self, mentor_id: int) -> int | None:
        return self._row_of.get(mentor_id)

    def rows_of(self, ids: Iterable[int]) -> Rows:
        """Return the rows of the mentors with these ids. Unknown ids are ignored."""
        return np.array([row for id in ids if (row := self._row_of.get(id)) is not None], dtype=np.intp)

    def make_spare_room(self, share: float = SPARE_SHARE) -> None:
        """Leave room for ``share`` of the present mentors, so that a few more of them move no column."""
        self._resize(len(self) + int(len(self) * share) + MIN_CAPACITY)
        for part in vars(self).values():
            if isinstance(part, Ragged):
                part.make_spare_room(share)

    @property
    def sample(self) -> Rows:
        """Rows of up to SAMPLE_SIZE approved mentors, by id. The choice depends on the ids alone."""
        if self._sample is None:
            ids = self.ids[np.flatnonzero(self.status[:] == APPROVED)]
            chosen = np.sort(ids[np.argsort(ids.astype(np.uint64) * SCATTER, kind="stable")[:SAMPLE_SIZE]])
            self._sample = self.rows_of(chosen.tolist())
        return self._sample

    def price_unit_of(self, price: Price) -> int:
        """Return the code in ``price_unit`` for the price's currency and "per", UNKNOWN if no mentor has it."""
        return self._price_units.of(_unit(price))

    def _add_row(self) -> int:
        """Return a new row after all others."""
        row = len(self)
        if row == self._extent.capacity:
            self._resize(grown_capacity(row + 1, row))
        self._extent.size = row + 1
        return row

    def _resize(self, capacity: int) -> None:
        self._extent.capacity = capacity
        for part in vars(self).values():
            if isinstance(part, Column | KeyedColumns | Ragged):
                part.resize()

    def _write(self, row: int, mentor: Mentor) -> None:
        """Put ``mentor`` into a new row, or into one that was cleared."""
        self._row_of[mentor.id] = row
        self.ids[row] = mentor.id
        self.status[row] = STATUSES.index(mentor.status)
        self.away[row] = mentor.is_away
        self.reachable[row] = mentor.reachable
        self.capacity_left[row] = mentor.capacity - mentor.running
        self.inbox_left[row] = mentor.inbox_room - mentor.waiting
        self.shows_left[row] = mentor.shows_room - mentor.shown
        self.has_minutes[row] = not mentor.monthly_minutes or mentor.booked_minutes < mentor.monthly_minutes
        self.load_cost[row] = FULL_LOAD_COST * _load(mentor)
        self.silence_cost[row] = silence_cost(mentor)
        self.price_amount[row] = mentor.price.amount if mentor.price else np.nan
        self.price_unit[row] = self._price_units.add(_unit(mentor.price)) if mentor.price else UNKNOWN
        self.stated[row] = _stated(mentor)
        self.hours[row] = hour_words(mentor.hours or 0)

        self.languages.put(row, mentor.languages)
        self.formats.put(row, dict.fromkeys(mentor.formats, True))
        self.goals.put(row, dict.fromkeys(mentor.goals, True))
        self.reached.put(row, {kind: reached_share(outcomes) for kind, outcomes in mentor.outcomes.items()})
        self.session_kinds.put(row, dict.fromkeys(mentor.session_kinds, True))
        self.worked_in.put(row, {step.country: True for step in mentor.career})
        self.worked_for.put(row, {step.sector: True for step in mentor.career})
        self.career_words.put(row, career_words(mentor.career))
        self.teaches.put(row, _keys(mentor.teaches))
        self.skills.put(row, _keys(mentor.skills))
        self.explores.put(row, _keys(mentor.explores))
        self._write_career(row, mentor.career)
        if self.texts is not None:
            self.texts[row] = 0.0 if mentor.text is None else mentor.text
        facts = pickle.dumps(replace(mentor, text=None), pickle.HIGHEST_PROTOCOL)
        self._facts.put(row, np.frombuffer(facts, dtype=np.uint8))

    def _write_career(self, row: int, career: tuple[Step, ...]) -> None:
        lived = transitions(career)
        self.lived.put(row, {transition.kind: True for transition in lived})
        self.steps.put(
            row,
            [
                (self.roles.add(step.role), self.fields.add(step.field), self.countries.add(step.country))
                for step in career
            ],
        )
        self.transitions.put(
            row,
            [
                (
                    self.kinds.setdefault(transition.kind, len(self.kinds)),
                    transition.year,
                    self.fields.add(transition.field),
                    self.fields.add(transition.from_field),
                    self.sectors.add(transition.sector),
                    self.countries.add(transition.country),
                )
                for transition in lived
            ],
        )

    def _clear(self, row: int) -> None:
        """Undo those parts of ``_write`` that another ``_write`` would not overwrite."""
        mentor = self._mentor_without_text(row)
        self.languages.clear(row, mentor.languages)
        self.formats.clear(row, mentor.formats)
        self.goals.clear(row, mentor.goals)
        self.reached.clear(row, mentor.outcomes)
        self.session_kinds.clear(row, mentor.session_kinds)
        self.worked_in.clear(row, {step.country for step in mentor.career})
        self.worked_for.clear(row, {step.sector for step in mentor.career})
        self.career_words.clear(row, career_words(mentor.career))
        self.lived.clear(row, {transition.kind for transition in transitions(mentor.career)})
        self.teaches.clear(row, _keys(mentor.teaches))
        self.skills.clear(row, _keys(mentor.skills))
        self.explores.clear(row, _keys(mentor.explores))
        self.steps.clear(row)
        self.transitions.clear(row)
        self._facts.clear(row)

    def _mentor_without_text(self, row: int) -> Mentor:
        mentor: Mentor = pickle.loads(self._facts.of(row).data)  # noqa: S301 — written by ``_write``
        return mentor

    def _check(self, mentor: Mentor) -> None:
        """Raise ValueError for a mentor who cannot be judged, or whose text has other dimensions than before."""
        check_mentor(mentor)
        if mentor.text is None:
            return
        if self.texts is None:
            self.texts = Column(self._extent, np.float32, mentor.text.size, by_row=True)
        elif self.texts.width != mentor.text.size:
            raise ValueError(
                f"Mentor {mentor.id}: text has {mentor.text.size} dimensions; the others' have {self.texts.width}."
            )


def hour_words(hours: int) -> NDArray[np.uint64]:
    """Return the bits of a week as 11 words, shape (11,), lowest bits first."""
    return np.frombuffer(hours.to_bytes(HOUR_WORDS * 8, "little"), dtype="<u8").astype(np.uint64)


def _load(mentor: Mentor) -> float:
    """Return how full the mentor is, by places or by hours of the month, whichever is fuller. 1 is full."""
    places = mentor.running / mentor.capacity if mentor.capacity else 1.0
    hours = min(mentor.booked_minutes / mentor.monthly_minutes, 1.0) if mentor.monthly_minutes else 0.0
    return max(places, hours)


def _stated(mentor: Mentor) -> int:
    """Return the STATES_ bits of the mentor."""
    return (
        STATES_ANYTHING
        | STATES_TERMS * bool(mentor.teaches or mentor.skills)
        | STATES_CAREER * bool(mentor.career)
        | STATES_HOURS * (mentor.hours is not None)
        | STATES_TEXT * (mentor.text is not None)
    )


def career_words(career: Iterable[Step]) -> frozenset[str]:
    """Return the stems of the words in the roles and fields of a career."""
    return frozenset().union(*(stems(step.role) | stems(step.field) for step in career))


def _keys(terms: Iterable[Term]) -> set[str]:
    return {term.key for term in terms}


def _unit(price: Price) -> str:
    return f"{price.currency} {price.per}"
