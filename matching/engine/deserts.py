"""Mentor deserts: what open requests look for, and the free places of mentors who have all of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import astuple, dataclass

import numpy as np

from matching.engine.columns import Bools, Rows
from matching.engine.facts import Speaks
from matching.engine.rules import LIVED_COUNTS_AS_OFFERED
from matching.engine.table import APPROVED, MentorTable
from matching.engine.words import stems


@dataclass(frozen=True, slots=True)
class Wish:
    """The mentor that a request looks for: helps with goals of ``kind``, worked in ``field`` and in ``country``.

    Speaks one of ``languages`` at WORKING level at least. A field and a country of "" are not asked for.
    """

    kind: str
    field: str
    country: str
    languages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Supply:
    """The ``requests`` with one wish, and the free ``places`` for it. ``mentors`` has the ids of who has them."""

    wish: Wish
    requests: int
    places: int
    mentors: list[int]

    @property
    def missing(self) -> int:
        """The number of requests beyond the places."""
        return max(0, self.requests - self.places)


def supplies(wishes: Mapping[Wish, int], places: Places) -> list[Supply]:
    """Return the places for each of ``wishes``, with its number of requests. Those with the most missing come first.

    A place counts for each wish that its mentor could serve, so it can count several times.
    """
    found = [Supply(wish, requests, *places.free(wish)) for wish, requests in wishes.items()]
    return sorted(found, key=lambda one: (-one.missing, -one.requests, astuple(one.wish)))


class Places:
    """The free places of the mentors of a table, for some wishes. Only the constructor reads the table.

    Approved mentors who can be reached are counted, whatever their hours and inboxes: these change from day to day.
    """

    def __init__(self, table: MentorTable, wishes: Collection[Wish]) -> None:
        self._ids = table.ids[:].copy()
        is_here = (table.status[:] == APPROVED) & table.reachable[:]
        self._free = np.where(is_here, np.maximum(table.capacity_left[:], 0), 0)
        languages = {code for wish in wishes for code in wish.languages}
        self._speak = {code: table.languages.of(code) >= Speaks.WORKING for code in languages}
        self._help_with = {kind: _help_with(kind, table) for kind in {wish.kind for wish in wishes}}
        self._know = {field: _know(field, table) for field in {wish.field for wish in wishes} - {""}}
        countries = {wish.country for wish in wishes} - {""}
        self._worked_in = {country: table.worked_in.of(country).copy() for country in countries}

    @property
    def total(self) -> int:
        return int(self._free.sum())

    def free(self, wish: Wish) -> tuple[int, list[int]]:
        """Return the free places for one of the wishes, and the ids of the mentors who have them."""
        serves = self._serves(wish) & (self._free > 0)
        return int(self._free[serves].sum()), self._ids[serves].tolist()

    def _serves(self, wish: Wish) -> Bools:
        """Return who has what a wish asks for, shape (M,)."""
        serves = np.zeros(len(self._free), dtype=np.bool_)
        for code in wish.languages:
            serves |= self._speak[code]
        serves &= self._help_with[wish.kind]
        if wish.field:
            serves &= self._know[wish.field]
        if wish.country:
            serves &= self._worked_in[wish.country]
        return serves


def _help_with(kind: str, table: MentorTable) -> Bools:
    offered = table.goals.of(kind).copy()
    if kind in LIVED_COUNTS_AS_OFFERED:
        offered |= table.lived.of(kind)
    return offered


def _know(field: str, table: MentorTable) -> Bools:
    """Return who has each word of the field in a role or field of the career, as the criterion ``position`` reads it.

    A field without such words, like "AI", is compared as a whole.
    """
    found = np.ones(len(table), dtype=np.bool_)
    words = stems(field)
    for word in words:
        found &= _has_rows(table, table.career_words.rows(word))
    if not words:
        records, owners = table.steps.records(np.arange(len(table)))
        found &= _has_rows(table, owners[records["field"] == table.fields.of(field)])
    return found


def _has_rows(table: MentorTable, rows: Rows) -> Bools:
    """Return which of all rows are among ``rows``, shape (M,)."""
    found = np.zeros(len(table), dtype=np.bool_)
    found[rows] = True
    return found
