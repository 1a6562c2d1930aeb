"""All mentors as columns, read-only, so that one need is judged against everybody at once.

A row is a position in the table; rows are in the order of the mentors' ids, whatever order the mentors came
in. M is the number of mentors, S of their career steps, T of their transitions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from matching.engine.checks import FORMATS, STATUSES, check_mentor
from matching.engine.columns import UNKNOWN, Bools, Codes, Integers, Postings, Scalar, frozen
from matching.engine.facts import Mentor, Price, Step
from matching.engine.transitions import LATER_THAN_ANY_YEAR, Transition, transitions

WORDS = 11  # of 64 bits each, for the 672 quarter-hours of a week


@dataclass(frozen=True, slots=True)
class StepColumns:
    """Career steps, columns of shape (S,), sorted by row. Years are whole; open-ended steps end in 9999."""

    row: Integers
    role: Integers
    field: Integers
    country: Integers
    level: Integers
    end: Integers


@dataclass(frozen=True, slots=True)
class TransitionColumns:
    """Lived transitions, columns of shape (T,), sorted by row; within a row in the order of ``transitions``.

    ``first`` has shape (M + 1,): those of row r are ``first[r]`` up to, not including, ``first[r + 1]``.
    ``of_kind`` gives the positions of each kind, ascending.
    """

    row: Integers
    first: Integers
    year: Integers
    field: Integers
    from_field: Integers
    sector: Integers
    country: Integers
    of_kind: Mapping[str, Integers]


class MentorTable:
    """The columns. Arrays are of shape (M,) where nothing else is said.

    ``status`` indexes STATUSES; ``load`` is running / capacity, 1.0 for a mentor without capacity;
    ``capacity_left`` and ``inbox_left`` are people, zero or negative where there is no room; ``price_amount``
    is NaN for an unpaid mentor, ``price_unit`` stands for currency and "per" together; bit i of
    ``format_bits`` is FORMATS[i]; ``languages[code]`` holds levels of Speaks, 0 for "not spoken"; ``hours``
    has shape (M, 11), 672 bits from Monday 00:00 UTC; ``helped[kind]`` counts people. ``teaches`` and
    ``skills`` list rows by term key, ``lived`` by kind of transition, ``worked_in`` by country. ``vectors`` has shape
    (texts of all mentors, dimensions), ``vector_row`` the row that each belongs to, ascending.

    Raises ValueError for a mentor who cannot be judged and for an id that occurs twice.
    """

    def __init__(self, mentors: Sequence[Mentor]) -> None:
        ordered = tuple(sorted(mentors, key=lambda mentor: mentor.id))
        for mentor in ordered:
            check_mentor(mentor)
        self.mentors: Final = ordered
        self.ids: Final = self._column(np.int64, lambda mentor: mentor.id)
        if (repeated := self.ids[1:][self.ids[1:] == self.ids[:-1]]).size:
            raise ValueError(f"Mentor {repeated[0]}: is in the table twice; give each mentor once.")

        self.status: Final = self._column(np.int8, lambda mentor: STATUSES.index(mentor.status))
        self.approved: Final = frozen(self.status == STATUSES.index("approved"))
        self.capacity_left: Final = self._column(np.int64, lambda mentor: mentor.capacity - mentor.running)
        self.load: Final = self._column(np.float64, _load)
        self.inbox_left: Final = self._column(np.int64, lambda mentor: mentor.inbox_room - mentor.waiting)
        self.format_bits: Final = self._column(np.uint8, _format_bits)

        self._price_units = Codes()
        self.price_amount: Final = self._column(
            np.float64, lambda mentor: mentor.price.amount if mentor.price else np.nan
        )
        self.price_unit: Final = self._column(
            np.int32, lambda mentor: self._price_units.add(_unit(mentor.price)) if mentor.price else UNKNOWN
        )

        self.goals: Final = self._postings(lambda mentor: mentor.goals)
        self.session_kinds: Final = self._postings(lambda mentor: mentor.session_kinds)
        self.teaches: Final = self._postings(lambda mentor: (term.key for term in mentor.teaches))
        self.skills: Final = self._postings(lambda mentor: (term.key for term in mentor.skills))
        self.worked_in: Final = self._postings(lambda mentor: (step.country for step in mentor.career))
        self.has_terms: Final = self._column(np.bool_, lambda mentor: bool(mentor.teaches or mentor.skills))
        self.has_career: Final = self._column(np.bool_, lambda mentor: bool(mentor.career))

        self.languages: Final = self._by_key(np.int8, lambda mentor: mentor.languages)
        self.helped: Final = self._by_key(np.int64, lambda mentor: mentor.helped_with)
        self.hours: Final = frozen(
            np.array([hour_words(mentor.hours or 0) for mentor in ordered], dtype=np.uint64).reshape(-1, WORDS)
        )
        self.hours_stated: Final = self._column(np.bool_, lambda mentor: mentor.hours is not None)

        texts = [(row, mentor.vectors) for row, mentor in enumerate(ordered) if mentor.vectors is not None]
        self.vectors: Final = frozen(
            np.concatenate([vectors for _, vectors in texts]).astype(np.float32, copy=False)
            if texts
            else np.empty((0, 0), dtype=np.float32)
        )
        self.vector_row: Final = _whole(row for row, vectors in texts for _ in vectors)

        self.roles: Final = Codes()
        self.fields: Final = Codes()
        self.sectors: Final = Codes()
        self.countries: Final = Codes()
        lived = [transitions(mentor.career) for mentor in ordered]
        self.lived: Final = Postings(((turn.kind for turn in turns) for turns in lived), len(ordered))
        self.steps: Final = self._step_columns()
        self.transitions: Final = self._transition_columns(lived)

    def __len__(self) -> int:
        return len(self.mentors)

    def price_unit_of(self, price: Price) -> int:
        """Return what ``price_unit`` holds for the price's currency and "per", UNKNOWN if no one has it."""
        return self._price_units.of(_unit(price))

    def rows_of(self, ids: Iterable[int]) -> Bools:
        """Return an array of shape (M,), True for the mentors with these ids; other ids are passed over."""
        return np.isin(self.ids, np.fromiter(ids, dtype=np.int64))

    def _column(self, dtype: type[Scalar], value: Callable[[Mentor], object]) -> NDArray[Scalar]:
        return frozen(np.array([value(mentor) for mentor in self.mentors], dtype=dtype))

    def _postings(self, keys: Callable[[Mentor], Iterable[str]]) -> Postings:
        return Postings((keys(mentor) for mentor in self.mentors), len(self))

    def _by_key(
        self, dtype: type[Scalar], values: Callable[[Mentor], Mapping[str, int]]
    ) -> Mapping[str, NDArray[Scalar]]:
        columns: dict[str, NDArray[Scalar]] = {}
        for row, mentor in enumerate(self.mentors):
            for key, value in values(mentor).items():
                columns.setdefault(key, np.zeros(len(self), dtype=dtype))[row] = value
        return {key: frozen(column) for key, column in columns.items()}

    def _step_columns(self) -> StepColumns:
        steps = [(row, step) for row, mentor in enumerate(self.mentors) for step in mentor.career]
        return StepColumns(
            row=_whole(row for row, _ in steps),
            role=_whole(self.roles.add(step.role) for _, step in steps),
            field=_whole(self.fields.add(step.field) for _, step in steps),
            country=_whole(self.countries.add(step.country) for _, step in steps),
            level=_whole(step.level for _, step in steps),
            end=_whole(_end(step) for _, step in steps),
        )

    def _transition_columns(self, lived: Sequence[Sequence[Transition]]) -> TransitionColumns:
        turns = [(row, turn) for row, turns in enumerate(lived) for turn in turns]
        of_kind: dict[str, list[int]] = {}
        for position, (_, turn) in enumerate(turns):
            of_kind.setdefault(turn.kind, []).append(position)
        return TransitionColumns(
            row=_whole(row for row, _ in turns),
            first=_whole(np.cumsum([0, *(len(turns) for turns in lived)])),
            year=_whole(turn.year for _, turn in turns),
            field=_whole(self.fields.add(turn.field) for _, turn in turns),
            from_field=_whole(self.fields.add(turn.from_field) for _, turn in turns),
            sector=_whole(self.sectors.add(turn.sector) for _, turn in turns),
            country=_whole(self.countries.add(turn.country) for _, turn in turns),
            of_kind={kind: _whole(positions) for kind, positions in of_kind.items()},
        )


def hour_words(hours: int) -> NDArray[np.uint64]:
    """Return the bits of a week as 11 words, shape (11,), lowest bits first."""
    return np.frombuffer(hours.to_bytes(WORDS * 8, "little"), dtype="<u8").astype(np.uint64)


def _whole(values: Iterable[int]) -> NDArray[np.int32]:
    return frozen(np.fromiter(values, dtype=np.int32))


def _load(mentor: Mentor) -> float:
    return mentor.running / mentor.capacity if mentor.capacity else 1.0


def _format_bits(mentor: Mentor) -> int:
    return sum(1 << FORMATS.index(offered) for offered in mentor.formats)


def _unit(price: Price) -> str:
    return f"{price.currency} {price.per}"


def _end(step: Step) -> int:
    return LATER_THAN_ANY_YEAR if step.end is None else step.end
